"""Everything in a schema of a PostgreSQL database as text, to be compared with another schema.

All of it stands in the server's catalogue: owners, rights, columns, policies, triggers, functions. Nothing is left out, so that
no change goes unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg


def described(database: psycopg.Connection, schema: str) -> dict[tuple[str, str], str]:
    """(Sort in Chinese, name) → definition of everything in a schema, in which ``…`` stands for the schema itself."""
    definitions, own = {}, re.compile(rf"\b{schema}\b")
    for kind, query in _DESCRIPTIONS.items():
        for name, text in database.execute(query.encode(), {"schema": schema}):
            definitions[kind, own.sub("…", str(name))] = own.sub("…", str(text))
    return definitions


def _sorted(rights: str) -> str:
    return f"(SELECT string_agg(one::text, ' ' ORDER BY one::text) FROM unnest({rights}) one)"


_CLASSES = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %(schema)s"
_OF_TABLES = "JOIN pg_class c ON c.oid = {} JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %(schema)s"
_DESCRIPTIONS: Mapping[str, str] = {
    "库内空间的权限": "SELECT nspname, concat(nspowner::regrole, ' ', "
    + _sorted("nspacl")
    + ") FROM pg_namespace WHERE nspname = %(schema)s",
    "表": "SELECT c.relname, concat(c.relkind, c.reloptions, c.relpersistence, (SELECT string_agg(concat_ws(' ', a.attname,"
    " format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation, a.attnotnull, a.attidentity, a.attgenerated, a.attstorage,"
    " pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum) FROM pg_attribute a LEFT JOIN pg_attrdef d"
    " ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0"
    " AND NOT a.attisdropped)) " + _CLASSES + " AND c.relkind NOT IN ('i', 'v', 'S')",
    "表的所有者": "SELECT c.relname, c.relowner::regrole " + _CLASSES + " AND c.relkind <> 'i'",
    "表的权限": "SELECT c.relname, concat("
    + _sorted("c.relacl")
    + ", (SELECT string_agg(concat(a.attname, a.attacl), ' ' ORDER BY a.attnum) FROM pg_attribute a"
    " WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)) " + _CLASSES,
    "行权限的开关": "SELECT c.relname, concat(c.relrowsecurity, c.relforcerowsecurity) "
    + _CLASSES
    + " AND c.relkind = 'r'",
    "行权限": "SELECT concat(c.relname, '.', p.polname), concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[],"
    " pg_get_expr(p.polqual, p.polrelid), '/', pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p "
    + _OF_TABLES.format("p.polrelid"),
    "约束": "SELECT concat(c.relname, '.', k.conname), concat(pg_get_constraintdef(k.oid), k.convalidated)"
    " FROM pg_constraint k " + _OF_TABLES.format("k.conrelid"),
    "索引": "SELECT c.relname, concat(pg_get_indexdef(c.oid), i.indisvalid) FROM pg_index i "
    + _OF_TABLES.format("i.indexrelid"),
    "触发器": "SELECT concat(c.relname, '.', t.tgname), concat(pg_get_triggerdef(t.oid), ' ', t.tgenabled)"
    " FROM pg_trigger t " + _OF_TABLES.format("t.tgrelid") + " AND NOT t.tgisinternal",
    "规则": "SELECT concat(tablename, '.', rulename), definition FROM pg_rules WHERE schemaname = %(schema)s",
    "视图": "SELECT c.relname, concat(pg_get_viewdef(c.oid), c.reloptions) "
    + _CLASSES
    + " AND c.relkind IN ('v', 'm')",
    "函数": "SELECT p.oid::regprocedure::text, concat(pg_get_functiondef(p.oid), p.proowner::regrole, ' ', "
    + _sorted("p.proacl")
    + ") FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %(schema)s",
}
