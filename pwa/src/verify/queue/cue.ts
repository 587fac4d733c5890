import type { Cue } from "./CheckQueue.ts";

interface Tone {
  readonly hertz: number;
  readonly seconds: number;
}

/** High and short for a genuine card, low and long for one to look at, twice for one that was there before. */
const TONES: Readonly<Record<Cue, readonly Tone[]>> = {
  good: [{ hertz: 880, seconds: 0.09 }],
  attention: [{ hertz: 220, seconds: 0.35 }],
  again: [
    { hertz: 560, seconds: 0.07 },
    { hertz: 560, seconds: 0.07 },
  ],
};
const VIBRATIONS: Readonly<Record<Cue, readonly number[]>> = {
  good: [40],
  attention: [200, 80, 200],
  again: [40, 60, 40],
};
const PAUSE_SECONDS = 0.06;
const VOLUME = 0.15;

let audio: AudioContext | undefined;

/** Tells a clerk whose eyes are on the paper. A browser without sound or vibration stays silent. */
export function giveCue(cue: Cue): void {
  navigator.vibrate?.([...VIBRATIONS[cue]]);
  if (!("AudioContext" in window)) return;
  audio ??= new AudioContext();
  let start = audio.currentTime;
  for (const { hertz, seconds } of TONES[cue]) {
    const oscillator = audio.createOscillator();
    const volume = audio.createGain();
    oscillator.frequency.value = hertz;
    volume.gain.value = VOLUME;
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + seconds);
    start += seconds + PAUSE_SECONDS;
  }
}
