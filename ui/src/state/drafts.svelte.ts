// What was typed and not sent yet, by the field it was typed into. Whoever leaves a screen and comes back finds it again.
// No password or key is kept here: those are typed into dialogs, which hold the screen.
const typed = $state<Record<string, string>>({});

export class Draft {
  #field: string;
  #first: () => string;

  /** `first`: what the field holds while nothing was typed. */
  constructor(field: string, first: () => string = () => '') {
    this.#field = field;
    this.#first = first;
  }

  get text(): string {
    return typed[this.#field] ?? this.#first();
  }

  set text(text: string) {
    typed[this.#field] = text;
  }

  /** It was sent, or given up. */
  clear() {
    delete typed[this.#field];
  }
}
