// What a person does with a page: each deed waits for what it is done to.
import { fireEvent, screen } from '@testing-library/svelte';

export const click = async (id: string) => fireEvent.click(await screen.findByTestId(id));
export const type = async (id: string, value: string) =>
  fireEvent.input(await screen.findByTestId(id), { target: { value } });
export const press = (name: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.activeElement ?? document.body, {
    key: name,
    bubbles: true,
    cancelable: true,
    ...more,
  });
/** Sends the form, as Enter in one of its fields does. */
export const submit = (form: string) => fireEvent.submit(document.getElementById(form)!);

export const isDisabled = (id: string) => screen.getByTestId<HTMLButtonElement>(id).disabled;
