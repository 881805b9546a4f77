// A runner that never gets ready.
throw new Error('this one is broken')
