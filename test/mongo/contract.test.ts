import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { describeStore } from '../contract/store.ts';
import { databaseOfTest } from './support/database.ts';

describeStore('mongodb', () => openMongoStore({ uri: databaseOfTest().uri }));
