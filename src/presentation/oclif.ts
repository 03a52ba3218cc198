/** The parts of oclif that commands need. Its main door loads far more than a quick start allows. */
export * as Args from '@oclif/core/args';
export * as Flags from '@oclif/core/flags';
