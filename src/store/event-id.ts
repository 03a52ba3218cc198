/** An event's stable name: receivers drop repetitions by it, whatever store it came from. */
export function eventId(scope: string, number: number, index: number): string {
  return `${scope}:${number}.${index}`;
}
