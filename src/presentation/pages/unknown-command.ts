import { BiotopeError } from '../../model/errors.ts';
import { askedFormat, documentWriter } from '../output-format.ts';
import { errorDocument } from './errors.ts';

/** What programs get that asked for a command which does not exist; null where people asked. */
export async function unknownCommandAnswer(argv: readonly string[]): Promise<string | null> {
  const format = askedFormat(argv);
  if (format !== 'json' && format !== 'yaml') return null;
  const write = await documentWriter(format);
  return write(errorDocument(unknownCommand(argv)), { isStream: false });
}

function unknownCommand(argv: readonly string[]): BiotopeError {
  const at = argv.findIndex((word) => word.startsWith('-'));
  const words = at < 0 ? argv : argv.slice(0, at);
  return new BiotopeError('USAGE', {
    message: `${words.join(' ').slice(0, 200)} is not a biotope command. Run "biotope help" for a list.`,
  });
}
