import { registerHooks } from 'node:module';

/**
 * Loads zod without its words in fifty languages, which nobody is told and which take as long as zod
 * itself: only the English ones. Whoever imports it afterwards gets the same.
 */
export async function loadZod(): Promise<void> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const isLanguages = specifier === '../locales/index.js' && isZod(context.parentURL);
      return next(isLanguages ? '../locales/en.js' : specifier, context);
    },
  });
  try {
    await import('zod');
  } finally {
    hooks.deregister();
  }
}

function isZod(url: string | undefined): boolean {
  return url?.includes('/node_modules/zod/') ?? false;
}
