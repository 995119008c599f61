"""The tables of the store on a PostgreSQL server, and who may do what with them.

``orglife_owner`` owns everything and nobody can log in as it. Every login is a member of ``orglife_user``, owns nothing and
may read and append rows; which rows, the table ``login`` says, which only the owner can write. Nobody changes or deletes
rows: there is no right to do it, and triggers refuse it.

Row security asks ``session_user``, which no login can change; neither SET ROLE nor a setting has any influence. What a chain
must look like is checked after row security (AFTER, once a statement): a BEFORE trigger would run before it, and tell and
lock what is another branch's.

Never edit the statements of a published version; add an entry to ``UPGRADES`` (see ``tables``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import JSON, BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text

from orglife.adapters.store.server.file_schema import FILES
from orglife.adapters.store.server.hint_schema import HINTS
from orglife.adapters.store.server.loan_schema import LOANS
from orglife.adapters.store.server.saving_schema import SAVING

SCHEMA = "orglife"
OWNER = "orglife_owner"
USERS = "orglife_user"
"""The group of all logins."""

_metadata = MetaData()

chain = Table(
    "chain",
    _metadata,
    Column("campaign", Text, primary_key=True),
    Column("branch", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("drafts", BigInteger, nullable=False),
)
"""The end of every chain: locked while a chain is continued, and what tells whether anything changed."""

sent = Table(
    "sent",
    _metadata,
    Column("campaign", Text),
    Column("type", Text),
    Column("record", Text),
    Column("version", Integer),
    Column("body", Text),
)
"""What the bureau sent to the branch of the login, as it is now."""

file = Table(
    "file",
    _metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Campaigns, attachments and receipts; of several rows of one name the last counts."""

loan = Table(
    "loan",
    _metadata,
    Column("token", Text, primary_key=True),
    Column("branch", Text),
    Column("who", Text),
    Column("since", DateTime(timezone=True)),
    Column("heads", JSON),
    Column("ended", DateTime(timezone=True)),
    Column("how", Text),
    Column("ended_who", Text),
    Column("reason", Text),
)
"""Branches whose records somebody took home (see ``server.loan_schema``)."""

_VERSION_1 = """
CREATE SCHEMA orglife;
CREATE TABLE orglife.meta (application text NOT NULL, version integer NOT NULL);

CREATE TABLE orglife.login (
  role name PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('branch', 'bureau', 'intake')),
  branch text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed timestamptz,
  CHECK ((kind = 'branch') = (branch <> '_bureau'))
);

CREATE TABLE orglife.revision (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign text COLLATE "C" NOT NULL,
  branch text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  type text COLLATE "C" NOT NULL,
  record text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  who text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL CHECK (action IN ('put', 'remove')),
  body text COLLATE "C" CHECK ((action = 'remove') = (body IS NULL)),
  prev text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  login name NOT NULL DEFAULT session_user,
  received timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (campaign, branch, number),
  UNIQUE (campaign, branch, type, record, version)
);
CREATE INDEX revision_branches ON orglife.revision (campaign, branch, version) WHERE type = 'branch';

CREATE TABLE orglife.draft (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign text COLLATE "C" NOT NULL,
  branch text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  record text COLLATE "C" NOT NULL,
  who text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  fields text COLLATE "C",
  hash text COLLATE "C" NOT NULL,
  login name NOT NULL DEFAULT session_user,
  received timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX draft_latest ON orglife.draft (campaign, branch, type, record, seq);

CREATE TABLE orglife.chain (
  campaign text COLLATE "C" NOT NULL,
  branch text COLLATE "C" NOT NULL,
  number integer NOT NULL DEFAULT 0,
  hash text COLLATE "C" NOT NULL DEFAULT '',
  drafts bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (campaign, branch)
);

CREATE FUNCTION orglife.own_branch() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN (SELECT l.branch FROM orglife.login l WHERE l.role = session_user AND l.removed IS NULL);
CREATE FUNCTION orglife.kind() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN (SELECT l.kind FROM orglife.login l WHERE l.role = session_user AND l.removed IS NULL);

-- The texts that hashes are made from: to_json escapes as Python's json does, ascii_json also what is not ASCII.
CREATE FUNCTION orglife.ascii_json(given text) RETURNS text LANGUAGE sql STABLE
  RETURN CASE
    WHEN given IS NULL THEN 'null'
    WHEN to_json(given)::text COLLATE "C" !~ '[^ -~]' THEN to_json(given)::text
    ELSE (SELECT string_agg(CASE
        WHEN ascii(one) BETWEEN 32 AND 126 THEN one
        WHEN ascii(one) < 65536 THEN '\\u' || lpad(to_hex(ascii(one)), 4, '0')
        ELSE '\\u' || to_hex(55296 + (ascii(one) - 65536) / 1024) || '\\u' || to_hex(56320 + (ascii(one) - 65536) % 1024)
      END, '' ORDER BY place)
      FROM regexp_split_to_table(to_json(given)::text, '') WITH ORDINALITY AS letters(one, place))
  END;
CREATE FUNCTION orglife.revision_hash(campaign text, branch text, number integer, type text, record text, version integer,
    who text, at text, action text, body text, prev text) RETURNS text LANGUAGE sql STABLE
  RETURN encode(sha256(convert_to('{"action":' || to_json(action)::text || ',"at":' || to_json(at)::text
    || ',"body":' || coalesce(to_json(body)::text, 'null') || ',"branch":' || to_json(branch)::text
    || ',"campaign":' || to_json(campaign)::text || ',"number":' || number || ',"prev":' || to_json(prev)::text
    || ',"record":' || to_json(record)::text || ',"type":' || to_json(type)::text || ',"version":' || version
    || ',"who":' || to_json(who)::text || '}', 'UTF8')), 'hex');
CREATE FUNCTION orglife.draft_hash(campaign text, branch text, type text, record text, who text, at text, fields text)
  RETURNS text LANGUAGE sql STABLE
  RETURN encode(sha256(convert_to('[' || orglife.ascii_json(campaign) || ',' || orglife.ascii_json(branch) || ','
    || orglife.ascii_json(type) || ',' || orglife.ascii_json(record) || ',' || orglife.ascii_json(who) || ','
    || orglife.ascii_json(at) || ',' || orglife.ascii_json(fields) || ']', 'UTF8')), 'hex');

-- Locks a chain and tells its end and the server's time. It is a function because FOR UPDATE needs the right to update, and
-- because an advisory lock has no owner: with either, any login could hold any branch up.
CREATE FUNCTION orglife.hold_chain(a_campaign text, a_branch text, OUT number integer, OUT hash text, OUT now timestamptz)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF orglife.own_branch() IS DISTINCT FROM a_branch AND orglife.kind() IS DISTINCT FROM 'intake' THEN
    RAISE EXCEPTION 'chain: another branch' USING ERRCODE = '42501';
  END IF;
  INSERT INTO orglife.chain AS c (campaign, branch) VALUES (a_campaign, a_branch) ON CONFLICT DO NOTHING;
  SELECT c.number, c.hash INTO number, hash FROM orglife.chain c
    WHERE c.campaign = a_campaign AND c.branch = a_branch FOR UPDATE;
  now := clock_timestamp();
END $$;

CREATE FUNCTION orglife.revision_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record; before orglife.chain;
BEGIN
  FOR one IN SELECT f.campaign, f.branch, min(f.number) AS first, max(f.number) AS last, count(*) AS many FROM fresh f
             GROUP BY f.campaign, f.branch ORDER BY f.campaign, f.branch LOOP
    INSERT INTO orglife.chain AS c (campaign, branch) VALUES (one.campaign, one.branch) ON CONFLICT DO NOTHING;
    SELECT * INTO before FROM orglife.chain c
      WHERE c.campaign = one.campaign AND c.branch = one.branch FOR UPDATE;
    IF one.first <> before.number + 1 OR one.many <> one.last - one.first + 1 OR EXISTS (
        SELECT FROM (SELECT f.prev, coalesce(lag(f.hash) OVER (ORDER BY f.number), before.hash) AS due FROM fresh f
          WHERE f.campaign = one.campaign AND f.branch = one.branch) x WHERE x.prev <> x.due) THEN
      RAISE EXCEPTION 'revision: does not continue its chain' USING ERRCODE = '23000';
    END IF;
    IF EXISTS (SELECT FROM (SELECT f.type, f.record,
          f.version - row_number() OVER (PARTITION BY f.type, f.record ORDER BY f.number) AS base FROM fresh f
          WHERE f.campaign = one.campaign AND f.branch = one.branch) x GROUP BY x.type, x.record
        HAVING min(x.base) <> max(x.base) OR min(x.base) < 0 OR (min(x.base) > 0 AND NOT EXISTS (
          SELECT FROM orglife.revision r WHERE r.campaign = one.campaign AND r.branch = one.branch AND r.type = x.type
            AND r.record = x.record AND r.version = min(x.base)))) THEN
      RAISE EXCEPTION 'revision: versions have a gap' USING ERRCODE = '23000';
    END IF;
    UPDATE orglife.chain c SET number = one.last,
      hash = (SELECT f.hash FROM fresh f WHERE f.campaign = one.campaign AND f.branch = one.branch AND f.number = one.last)
      WHERE c.campaign = one.campaign AND c.branch = one.branch;
  END LOOP;
  IF EXISTS (SELECT FROM fresh f WHERE f.hash <> orglife.revision_hash(f.campaign, f.branch, f.number, f.type, f.record,
      f.version, f.who, f.at, f.action, f.body, f.prev)) THEN
    RAISE EXCEPTION 'revision: not what its hash says' USING ERRCODE = '23000';
  END IF;
  IF orglife.kind() IS DISTINCT FROM 'intake' AND EXISTS (SELECT FROM fresh f
      WHERE abs(extract(epoch FROM f.at::timestamptz - f.received)) > 600) THEN
    RAISE EXCEPTION 'revision: not entered at its time' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_continues AFTER INSERT ON orglife.revision REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.revision_continues();

CREATE FUNCTION orglife.draft_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO orglife.chain AS c (campaign, branch, drafts)
    SELECT f.campaign, f.branch, count(*) FROM fresh f GROUP BY f.campaign, f.branch ORDER BY f.campaign, f.branch
    ON CONFLICT (campaign, branch) DO UPDATE SET drafts = c.drafts + excluded.drafts;
  IF EXISTS (SELECT FROM fresh f
      WHERE f.hash <> orglife.draft_hash(f.campaign, f.branch, f.type, f.record, f.who, f.at, f.fields)) THEN
    RAISE EXCEPTION 'draft: not what its hash says' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER draft_counts AFTER INSERT ON orglife.draft REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.draft_counts();

CREATE FUNCTION orglife.append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: append only', TG_TABLE_NAME USING ERRCODE = '42501'; END $$;
CREATE TRIGGER revision_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON orglife.revision
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.append_only();
CREATE TRIGGER draft_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON orglife.draft
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.append_only();
CREATE TRIGGER chain_kept BEFORE DELETE OR TRUNCATE ON orglife.chain
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.append_only();

-- The latest version first, and then whose it is: a policy on the rows would do it the other way round, and bring back what
-- was withdrawn or turned over to another branch. json, not jsonb, which refuses some characters.
CREATE VIEW orglife.sent WITH (security_barrier) AS
  SELECT r.campaign, r.type, r.record, r.version, r.body
  FROM (SELECT DISTINCT ON (campaign, type, record) campaign, type, record, version, action, body FROM orglife.revision
    WHERE branch = '_bureau' AND type IN ('redo_order', 'remark') ORDER BY campaign, type, record, version DESC) r
  WHERE r.action = 'put' AND (r.body::json -> 'branch')::text = to_json(orglife.own_branch())::text;

ALTER TABLE orglife.meta ENABLE ROW LEVEL SECURITY;
ALTER TABLE orglife.login ENABLE ROW LEVEL SECURITY;
ALTER TABLE orglife.revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE orglife.draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE orglife.chain ENABLE ROW LEVEL SECURITY;
-- (SELECT …) is asked once a statement instead of once a row.
CREATE POLICY anyone ON orglife.meta FOR SELECT TO orglife_user USING (true);
CREATE POLICY own_rows ON orglife.revision FOR SELECT TO orglife_user
  USING (branch = (SELECT orglife.own_branch()) OR (SELECT orglife.kind()) IN ('bureau', 'intake'));
CREATE POLICY own_rows ON orglife.draft FOR SELECT TO orglife_user
  USING (branch = (SELECT orglife.own_branch()) OR (SELECT orglife.kind()) IN ('bureau', 'intake'));
CREATE POLICY own_rows ON orglife.chain FOR SELECT TO orglife_user USING (branch = (SELECT orglife.own_branch())
  OR (SELECT orglife.kind()) IN ('bureau', 'intake') OR (branch = '_bureau' AND (SELECT orglife.kind()) = 'branch'));
CREATE POLICY own_chain ON orglife.revision FOR INSERT TO orglife_user
  WITH CHECK (branch = (SELECT orglife.own_branch()) OR (SELECT orglife.kind()) = 'intake');
CREATE POLICY own_chain ON orglife.draft FOR INSERT TO orglife_user
  WITH CHECK (branch = (SELECT orglife.own_branch()) OR (SELECT orglife.kind()) = 'intake');

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA orglife FROM PUBLIC;
GRANT USAGE ON SCHEMA orglife TO orglife_user;
GRANT SELECT ON orglife.meta, orglife.revision, orglife.draft, orglife.chain, orglife.sent TO orglife_user;
GRANT INSERT (campaign, branch, number, type, record, version, who, at, action, body, prev, hash)
  ON orglife.revision TO orglife_user;
GRANT INSERT (campaign, branch, type, record, who, at, fields, hash) ON orglife.draft TO orglife_user;
GRANT EXECUTE ON FUNCTION orglife.own_branch(), orglife.kind(), orglife.hold_chain(text, text) TO orglife_user;
INSERT INTO orglife.meta VALUES ('orglife', 1);
"""

UPGRADES: Mapping[int, str] = MappingProxyType({1: _VERSION_1, 2: LOANS, 3: HINTS, 4: FILES, 5: SAVING})
"""Version → statements that upgrade from the version before, each as the owner."""
KNOWN = max(UPGRADES)
