import { isJsonObject } from '../../model/json.ts';
import type { StepContext } from '../executor.ts';
import { secretsIn, textsIn } from '../reveal.ts';
import type { Module } from './modules/module.ts';
import type { TerraformSpec } from './spec.ts';
import { readState, secretsOfState } from './state.ts';

/*
 * What is hidden wherever something is told of a step. Here alone it is decided.
 */

/** Of everything that Terraform says: what it was given as a secret, and what its state calls one. */
export function secretsOfStep(
  { spec: given, prior, priorSecrets = [] }: StepContext,
  { credentials }: TerraformSpec,
  environment: Readonly<Record<string, string>>,
): string[] {
  const named = Array.isArray(credentials) ? credentials.map((name) => environment[name]) : [];
  return [
    ...secretsIn(given),
    ...named,
    ...secretsOfState(readState(prior?.state)),
    ...priorSecrets,
  ].filter((secret) => secret !== undefined);
}

/**
 * Of plans as well: what the module's sensitive variables are and were, also where nobody else calls it
 * a secret.
 */
export function declaredSecrets(
  { variables: now }: TerraformSpec,
  { prior }: StepContext,
  { variables }: Module,
): string[] {
  const before = prior?.spec.variables;
  return variables
    .filter(({ sensitive }) => sensitive)
    .flatMap(({ name }) => [
      ...textsIn(now[name] ?? null),
      ...textsIn(isJsonObject(before) ? (before[name] ?? null) : null),
    ]);
}
