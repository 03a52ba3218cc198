import type { Chance } from './chance.ts';

/**
 * What goes wrong in a story, and how often, of 100. Each story has some kinds of trouble and is
 * spared the others: where everything happens at once, little gets far enough to go wrong late.
 */
export interface Weather {
  /** Before and after a commit: the process dies there. */
  crashBefore: number;
  crashAfter: number;
  /** A call of the store fails; a commit fails after it has taken place. */
  storeFails: number;
  storeUnclear: number;
  /** A call of the store takes its time. */
  storeSlow: number;
  /** News of commits that do not arrive, where the store promises none. */
  watchLost: number;
  ordersLost: number;
  ordersTwice: number;
  ordersLate: number;
  commandsTwice: number;
  hintsLost: number;
  publishFails: number;
  /** A worker's question or its answer is lost on the way; it is asked twice. */
  deskLost: number;
  deskTwice: number;
  /** Steps of which the executor, or the worker, makes something else than a success. */
  mishaps: number;
  /** Resources that fail whenever they are tried. */
  brittle: number;
  /** Per scene: the system that things are made in goes away for a while. */
  outages: number;
  /** Per scene: the store goes away for a while. */
  storeOutages: number;
  /** A worker cannot reach that system, and everybody else can. */
  cutOff: number;
  /** A status endpoint is silent. */
  silence: number;
  /** Per scene: a process is stopped for a while, dies, or leaves in peace. */
  stops: number;
  deaths: number;
  leaves: number;
}

const WORST: Weather = {
  crashBefore: 5,
  crashAfter: 5,
  storeFails: 3,
  storeUnclear: 4,
  storeSlow: 25,
  watchLost: 40,
  ordersLost: 30,
  ordersTwice: 30,
  ordersLate: 30,
  commandsTwice: 40,
  hintsLost: 50,
  publishFails: 25,
  deskLost: 10,
  deskTwice: 10,
  mishaps: 45,
  brittle: 20,
  outages: 40,
  storeOutages: 15,
  cutOff: 8,
  silence: 40,
  stops: 25,
  deaths: 20,
  leaves: 10,
};

const FAIR: Weather = mapped(() => 0);

export function drawWeather(chance: Chance): Weather {
  return mapped((name) => (chance.in100(45) ? WORST[name] * (0.2 + 0.8 * chance.next()) : 0));
}

/** From now on everything goes well. */
export function clearUp(weather: Weather): void {
  Object.assign(weather, FAIR);
}

function mapped(draw: (name: keyof Weather) => number): Weather {
  const names = Object.keys(WORST) as (keyof Weather)[];
  return Object.fromEntries(names.map((name) => [name, draw(name)])) as unknown as Weather;
}
