-- A store of schema 2. Never edited: it stands for files that people have.
PRAGMA application_id = 1330793542;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE draft (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign TEXT NOT NULL,
  branch TEXT NOT NULL,
  type TEXT NOT NULL,
  record TEXT NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  fields TEXT
, hash TEXT) STRICT;
INSERT INTO "draft" VALUES(1,'2024-seed','b01','member','m4','魏长河','2024-02-05T09:19:00.000000Z','{"name":"\u7530\u5c0f\u79be","joined_on":"\u4e8c\u6708"}','49e1cfd981bc8030c24f8d28a1b97139e357806ceececd42400ee9ce3ef3cf63');
CREATE TABLE revision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign TEXT NOT NULL,
  branch TEXT NOT NULL,
  number INTEGER NOT NULL,
  type TEXT NOT NULL,
  record TEXT NOT NULL,
  version INTEGER NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('put', 'remove')),
  body TEXT CHECK ((action = 'remove') = (body IS NULL)),
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (campaign, branch, number),
  UNIQUE (campaign, branch, type, record, version)
) STRICT;
INSERT INTO "revision" VALUES(1,'2024-seed','b01',1,'branch','b01',1,'魏长河','2024-02-05T08:37:00.000000Z','put','{"id":"b01","name":"测试局机关党支部","has_committee":true}','','f4dc962ae1bc94665bb5d2e388fd152bb3ab1209e90a38aab4cd77ed5c6f6629');
INSERT INTO "revision" VALUES(2,'2024-seed','b01',2,'member','m1',1,'魏长河','2024-02-05T08:44:00.000000Z','put','{"id":"m1","name":"魏长河","status":"full"}','f4dc962ae1bc94665bb5d2e388fd152bb3ab1209e90a38aab4cd77ed5c6f6629','9874ad7fad9c24b23d792f83861aa68181522db63991cba12ebdefdedf0ea0e6');
INSERT INTO "revision" VALUES(3,'2024-seed','b01',3,'member','m2',1,'魏长河','2024-02-05T08:51:00.000000Z','put','{"id":"m2","name":"祝秋实","status":"full"}','9874ad7fad9c24b23d792f83861aa68181522db63991cba12ebdefdedf0ea0e6','43fc6992a79aad127e56fab4308be844c03441cd7453c435356da431440d854b');
INSERT INTO "revision" VALUES(4,'2024-seed','b01',4,'member','m3',1,'魏长河','2024-02-05T08:58:00.000000Z','put','{"id":"m3","name":"冉书砚","status":"full"}','43fc6992a79aad127e56fab4308be844c03441cd7453c435356da431440d854b','02a94002bee972a2bd69f3c1c9694346da9341fce7dc2ef78abb24975aa8d35a');
INSERT INTO "revision" VALUES(5,'2024-seed','b01',5,'member','m3',2,'祝秋实','2024-02-05T09:05:00.000000Z','put','{"id":"m3","name":"冉书砚","status":"probationary"}','02a94002bee972a2bd69f3c1c9694346da9341fce7dc2ef78abb24975aa8d35a','55aab97989b6ce7a783c7631fd052988f04bdd90c3f9a6aae9014d5adc00c3fc');
INSERT INTO "revision" VALUES(6,'2024-seed','b01',6,'member','m2',2,'祝秋实','2024-02-05T09:12:00.000000Z','remove',NULL,'55aab97989b6ce7a783c7631fd052988f04bdd90c3f9a6aae9014d5adc00c3fc','a33448e937cab9b85bbfc07643582ac1643c4658d69037fd86f6ad25326ceb59');
INSERT INTO "revision" VALUES(7,'2024-seed','b02',1,'branch','b02',1,'魏长河','2024-02-05T09:26:00.000000Z','put','{"id":"b02","name":"另一个党支部"}','','e2c284af6cb376eaaf36656b937e9b7cf0206972208df8180a682eb1204fb5b8');
CREATE INDEX revision_branches ON revision (campaign, branch, version) WHERE type = 'branch';
CREATE INDEX draft_latest ON draft (campaign, branch, type, record, seq);
CREATE TRIGGER revision_insert BEFORE INSERT ON revision
WHEN new.seq BETWEEN 0 AND (SELECT max(seq) FROM revision)
  OR new.number <> 1 + coalesce((SELECT max(number) FROM revision
    WHERE campaign = new.campaign AND branch = new.branch), 0)
  OR new.prev <> coalesce((SELECT hash FROM revision
    WHERE campaign = new.campaign AND branch = new.branch ORDER BY number DESC LIMIT 1), '')
  OR new.version <> 1 + coalesce((SELECT max(version) FROM revision
    WHERE campaign = new.campaign AND branch = new.branch AND type = new.type AND record = new.record), 0)
BEGIN SELECT raise(ABORT, 'revision: does not continue its chain'); END;
CREATE TRIGGER revision_update BEFORE UPDATE ON revision BEGIN SELECT raise(ABORT, 'revision: append only'); END;
CREATE TRIGGER revision_delete BEFORE DELETE ON revision BEGIN SELECT raise(ABORT, 'revision: append only'); END;
CREATE TRIGGER draft_update BEFORE UPDATE ON draft BEGIN SELECT raise(ABORT, 'draft: append only'); END;
CREATE TRIGGER draft_delete BEFORE DELETE ON draft BEGIN SELECT raise(ABORT, 'draft: append only'); END;
CREATE TRIGGER draft_insert BEFORE INSERT ON draft
WHEN new.hash IS NULL OR new.seq BETWEEN 0 AND (SELECT max(seq) FROM draft)
BEGIN SELECT raise(ABORT, 'draft: append only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('revision',7);
INSERT INTO "sqlite_sequence" VALUES('draft',1);
COMMIT;
