"""The table of files that belong to the records, and who types under which login."""

from __future__ import annotations

FILES = """
-- Files that belong to the records, each under the path that it has in the folder of a workspace. Of several rows of one name
-- the last counts; an attachment has one. Whose it is, the name says, so that nobody can say otherwise.
CREATE TABLE orglife.file (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL CHECK (name !~ '[[:cntrl:]]' AND length(name) <= 200 AND (name = 'campaign.toml'
    OR name ~ '^campaigns/[^/]+[.]toml$' OR name ~ '^attachments/[^/_][^/]*/[^/]+$'
    OR name ~ '^receipts/[^/_][^/]*[.](history[.]jsonl|json)$')),
  branch text COLLATE "C" NOT NULL GENERATED ALWAYS AS (CASE
    WHEN name LIKE 'attachments/%' THEN split_part(name, '/', 2)
    WHEN name LIKE 'receipts/%' THEN regexp_replace(split_part(name, '/', 2), '[.](history[.]jsonl|json)$', '')
    ELSE '_bureau' END) STORED,
  sha256 text COLLATE "C" NOT NULL,
  content bytea NOT NULL,
  login name NOT NULL DEFAULT session_user,
  received timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (sha256 = encode(sha256(content), 'hex')),
  CHECK (octet_length(content) <= CASE WHEN name LIKE 'attachments/%' THEN 20971520 ELSE 40000000 END)
);
ALTER TABLE orglife.file ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX file_latest ON orglife.file (name, seq);
CREATE UNIQUE INDEX file_attachment ON orglife.file (name) WHERE name LIKE 'attachments/%';
CREATE TRIGGER file_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON orglife.file
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.append_only();

-- Who types: one login, one person. It is said once, by the administrator or by the person; then only the administrator
-- changes it, and the login enters nothing under another name. Intake takes in what others entered, and what was taken home
-- may have been entered there by another person.
ALTER TABLE orglife.login ADD COLUMN person text COLLATE "C" NOT NULL DEFAULT '';
CREATE FUNCTION orglife.own_person() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN (SELECT l.person FROM orglife.login l WHERE l.role = session_user AND l.removed IS NULL);
CREATE FUNCTION orglife.say_person(given text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE orglife.login l SET person = given WHERE l.role = session_user AND l.removed IS NULL AND l.person = ''
    AND btrim(given) <> '' AND length(given) <= 100;
  IF NOT FOUND THEN RAISE EXCEPTION 'login: the person is said already' USING ERRCODE = '42501'; END IF;
END $$;
CREATE FUNCTION orglife.entered_by_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF orglife.kind() IS DISTINCT FROM 'intake' AND orglife.own_person() <> ''
      AND EXISTS (SELECT FROM fresh f WHERE f.who <> orglife.own_person() AND NOT EXISTS (SELECT FROM orglife.loan l
        WHERE l.branch = f.branch AND l.how = 'returned' AND l.ended_in = pg_current_xact_id())) THEN
    RAISE EXCEPTION '%: entered under another name', TG_TABLE_NAME USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_person AFTER INSERT ON orglife.revision REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.entered_by_person();
CREATE TRIGGER draft_person AFTER INSERT ON orglife.draft REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION orglife.entered_by_person();

ALTER TABLE orglife.file ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON orglife.file FOR SELECT TO orglife_user USING (branch = (SELECT orglife.own_branch())
  OR (SELECT orglife.kind()) IN ('bureau', 'intake') OR (branch = '_bureau' AND (SELECT orglife.kind()) = 'branch'));
CREATE POLICY own_files ON orglife.file FOR INSERT TO orglife_user WITH CHECK ((SELECT orglife.kind()) = 'intake'
  OR ((SELECT orglife.kind()) = 'bureau' AND (branch = '_bureau' OR name LIKE 'receipts/%'))
  OR ((SELECT orglife.kind()) = 'branch' AND branch = (SELECT orglife.own_branch()) AND name LIKE 'attachments/%'));

REVOKE ALL ON FUNCTION orglife.own_person(), orglife.say_person(text), orglife.entered_by_person() FROM PUBLIC;
GRANT SELECT ON orglife.file TO orglife_user;
GRANT INSERT (name, sha256, content) ON orglife.file TO orglife_user;
GRANT EXECUTE ON FUNCTION orglife.own_person(), orglife.say_person(text) TO orglife_user;
"""
