// The time, as often as a person would look.
let seconds = $state(Math.floor(Date.now() / 1000));
setInterval(() => (seconds = Math.floor(Date.now() / 1000)), 1000);

export const time = {
  get now() {
    return seconds;
  },
};
