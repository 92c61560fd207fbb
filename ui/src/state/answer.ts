// Answers may come in another order than they were asked for: what was asked last is what counts.

/** Hears the answer, for an effect: what is given ends that, and an effect that asks again ends it by itself. */
export function hear<T>(
  answer: Promise<T>,
  found: (answer: T) => void,
  failed: (thrown: unknown) => void,
): () => void {
  let wanted = true;
  answer.then(
    (it) => wanted && found(it),
    (thrown: unknown) => wanted && failed(thrown),
  );
  return () => {
    wanted = false;
  };
}
