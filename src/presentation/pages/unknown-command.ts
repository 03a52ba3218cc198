import { BiotopeError } from '../../model/errors.ts';
import { type ErrorDocument, errorDocument } from './errors.ts';

/** What programs get that asked for a command which does not exist. */
export function unknownCommandDocument(argv: readonly string[]): ErrorDocument {
  const at = argv.findIndex((word) => word.startsWith('-'));
  const words = at < 0 ? argv : argv.slice(0, at);
  return errorDocument(
    new BiotopeError('USAGE', {
      message: `${words.join(' ').slice(0, 200)} is not a biotope command. Run "biotope help" for a list.`,
    }),
  );
}
