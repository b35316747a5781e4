import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config-error.ts';
import { DEFAULTS, readSettings } from '../../../src/db/mongodb/settings.ts';

describe('settings from a connection string', () => {
  it('take the database that it names, else podline', () => {
    const databases = {
      'mongodb://h': 'podline',
      'mongodb://h/': 'podline',
      'mongodb://h/?retryWrites=true': 'podline',
      'mongodb://u:p%2F@h1:1,h2:2/mine?authSource=admin': 'mine',
      'mongodb+srv://u:p@cluster0.ab1cd.mongodb.net/?appName=Cluster0': 'podline',
      'mongodb+srv://u:p@cluster0.ab1cd.mongodb.net/m%C3%BCne': 'müne',
    };
    for (const [uri, database] of Object.entries(databases))
      expect(readSettings(uri).database, uri).toBe(database);
  });

  it('read from the primary and write to a majority, whatever it says', () => {
    const { uri, options } = readSettings(
      'mongodb+srv://u:p@c.mongodb.net/?readPreference=secondaryPreferred&MaxStalenessSeconds=120&w=1&journal=false' +
        '&readPreferenceTags=dc:ny&readPreferenceTags=&readConcernLevel=local&appName=Cluster0&authSource=x',
    );
    expect(uri).toBe('mongodb+srv://u:p@c.mongodb.net/?authSource=x');
    expect(options).toMatchObject({
      readPreference: 'primary',
      readConcern: { level: 'majority' },
      writeConcern: { w: 'majority', wtimeoutMS: 5000 },
      appName: 'podline',
    });
  });

  it('leave pool and times to it, and have their own where it says nothing', () => {
    expect(readSettings('mongodb://h').options).toMatchObject(DEFAULTS);
    const { uri, options } = readSettings('mongodb://h/?maxpoolsize=7&socketTimeoutMS=1&compressors=zlib');
    expect(uri).toBe('mongodb://h/?maxpoolsize=7&socketTimeoutMS=1&compressors=zlib');
    const own = Object.keys(options);
    for (const name of ['maxPoolSize', 'socketTimeoutMS', 'compressors']) expect(own).not.toContain(name);
    expect(options.minPoolSize).toBe(2);
  });

  it('give hosts for the log, and whether TLS is used', () => {
    expect(readSettings('mongodb://u:p@h1:1,h2/')).toMatchObject({ hosts: 'h1:1,h2:27017', usesTls: false });
    expect(readSettings('mongodb+srv://u:p@c.d.net/')).toMatchObject({ hosts: 'c.d.net', usesTls: true });
  });

  it('of one that does not parse say so without a word of its secrets', () => {
    const wrong = [
      'podline',
      'http://ada:s3cret@h/',
      'mongodb://ada:s3cret@/',
      'mongodb://ada:s3@cret@h/',
      'mongodb://ada:s3/cret@h/',
      'mongodb://ada:s3?cret@h/',
      'mongodb://ada:s3%cret@h/',
      'mongodb://ada:s3cret@h:99999/',
      'mongodb+srv://ada:s3cret@a.b.c:27017/',
      'mongodb://ada:s3cret@h/?tls=s3cret',
      'mongodb://ada:s3cret@h/?maxPoolSize=s3cret',
      'mongodb://ada:s3cret@h/?s3cret',
      'mongodb://ada:s3cret@h/?tlsCertificateKeyFilePassword=s3cret&retryWrites=perhaps',
      'mongodb://ada:s3cret@h/a b',
      'mongodb://ada:s3cret@h/a.b',
      `mongodb://ada:s3cret@h/${'x'.repeat(64)}`,
    ];
    for (const uri of wrong) {
      const error = thrownBy(() => readSettings(uri));
      expect(error, uri).toBeInstanceOf(ConfigError);
      expect((error as Error).message, uri).toMatch(/^MONGODB_URI: expected .*, got /);
      expect((error as Error).message, uri).not.toMatch(/s3|cret|ada/);
      expect((error as Error).cause, uri).toBeUndefined();
    }
  });

  it('name an option that there is not', () => {
    expect(() => readSettings('mongodb://h/?poolSize=5')).toThrow(
      /got something else \(option poolsize is not supported\)$/i,
    );
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
