/** A bounded amount, of bytes or of things: it is taken in parts and given back. */
export class Capacity {
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  /** Takes an amount if that much is left; `false` takes nothing. */
  take(amount = 1): boolean {
    if (amount > this.#left) return false;
    this.#left -= amount;
    return true;
  }

  /** Gives back what was taken. */
  give(amount = 1): void {
    this.#left += amount;
  }
}
