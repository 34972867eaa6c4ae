"""CRM round trips: their headers in and out, what a write changes before it is made, and three policies."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import leadenrich as le
from leadenrich.errors import ConfigurationError
from leadenrich.results import EnrichedRecord, Value

HUBSPOT = """Record ID,First Name,Last Name,Email,Phone Number,Job Title,Last Modified Date,Contact owner
101,Ann,Neu,,+4930901820,CEO,2026-01-05 10:00,Sam
102,Bob,Alt,bob@acme.example,,,2026-03-01 10:00,Sam
103,Cem,Ott,cem@acme.example,,,2026-03-01 10:00,
"""
SALESFORCE = """Id,FirstName,LastName,Email,MobilePhone,LinkedIn_URL__c,LastModifiedDate
003A,Ann,Neu,,,,2026-01-05T10:00:00.000+0000
"""
SEEN = datetime(2026, 2, 1, tzinfo=UTC)


def enriched(table: Any, found: dict[str, dict[str, Any]], id_header: str = "Record ID") -> list[EnrichedRecord]:
    rows = []
    for record in table:
        row = EnrichedRecord(record, data=dict(record), status="complete")
        for name, value in found.get(record[id_header], {}).items():
            row.values[name] = Value(value, "acme", 92, SEEN)
            row.data[name] = value
        rows.append(row)
    return rows


FOUND = {
    "101": {"email": "ann@acme.example", "title": "Founder", "phone": "+4930901820"},
    "102": {"email": "robert@acme.example", "headline": "x"},
}


def hubspot_rows(tmp_path: Path) -> list[EnrichedRecord]:
    path = tmp_path / "contacts.csv"
    path.write_text(HUBSPOT, encoding="utf-8")
    return enriched(le.crm.hubspot.read_csv(path), FOUND)


def test_an_export_is_read_by_its_own_headers(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(HUBSPOT, encoding="utf-8")
    table = le.crm.hubspot.read_csv(path)
    assert table.columns["Job Title"] == "title"
    assert table.columns["Record ID"] is None
    assert table.columns["Last Modified Date"] is None
    internal = "hs_object_id,firstname,hs_linkedin_url,jobtitle,numemployees\n1,Ann,,CEO,5\n"
    path.write_text(internal, encoding="utf-8")
    assert le.crm.hubspot.read_csv(path).columns.fields == (
        None,
        "first_name",
        "linkedin_url",
        "title",
        "employee_count",
    )


def test_a_diff_before_a_write(tmp_path: Path) -> None:
    diff = le.crm.hubspot.diff(hubspot_rows(tmp_path))
    assert [(change.key, change.field, change.action) for change in diff] == [
        ("101", "email", "fill"),
        ("101", "title", "keep"),
        ("102", "email", "keep"),
    ]
    assert str(diff).splitlines() == [
        "3 records",
        "Email           1 filled       0 replaced       1 kept",
        "Job Title       0 filled       0 replaced       1 kept",
    ]
    assert "acme.example" not in repr(diff) + repr(diff[0])
    assert diff.to_dicts()[0]["new"] == "ann@acme.example"


def test_policies(tmp_path: Path) -> None:
    rows = hubspot_rows(tmp_path)
    newest = le.crm.hubspot.diff(rows, policy="newest_wins")
    assert [(change.key, change.field, change.action) for change in newest] == [
        ("101", "email", "fill"),
        ("101", "title", "replace"),  # seen in February, the contact was changed in January
        ("102", "email", "keep"),  # changed in March
    ]
    mixed = le.crm.hubspot.diff(rows, policies={"email": "overwrite"}, fields=["email"])
    assert [(change.key, change.action) for change in mixed] == [("101", "fill"), ("102", "replace")]
    with pytest.raises(ConfigurationError, match="'fill' is none of fill_empty, overwrite, newest_wins"):
        le.crm.hubspot.diff(rows, policy="fill")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(ConfigurationError, match="HubSpot contacts has no field 'mail'"):
        le.crm.hubspot.diff(rows, fields=["mail"])


def test_the_file_to_import(tmp_path: Path) -> None:
    out = tmp_path / "import.csv"
    assert le.crm.hubspot.write_csv(out, hubspot_rows(tmp_path)) == 1
    assert list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8")))) == [
        {
            "Record ID": "101",
            "Email": "ann@acme.example",
            "Email Source": "acme",
            "Email Date": "2026-02-01",
            "Email Confidence": "92",
        }
    ]
    update = le.crm.hubspot.update(hubspot_rows(tmp_path), provenance=False, changed_only=False)
    assert update == [{"Record ID": "101", "Email": "ann@acme.example"}, {"Record ID": "102"}, {"Record ID": "103"}]


def test_salesforce(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(SALESFORCE, encoding="utf-8")
    table = le.crm.salesforce.read_csv(path)
    assert table.columns["LinkedIn_URL__c"] == "linkedin_url"
    found = {"003A": {"linkedin_url": "https://www.linkedin.com/in/ann-neu", "mobile_phone": "+491701234567"}}
    (update,) = le.crm.salesforce.update(enriched(table, found, "Id"))
    assert update == {
        "Id": "003A",
        "LinkedIn_URL__c": "https://www.linkedin.com/in/ann-neu",
        "LinkedIn_URL_Source__c": "acme",
        "LinkedIn_URL_Date__c": "2026-02-01",
        "LinkedIn_URL_Confidence__c": 92,
        "MobilePhone": "+491701234567",
        "MobilePhone_Source__c": "acme",
        "MobilePhone_Date__c": "2026-02-01",
        "MobilePhone_Confidence__c": 92,
    }


@pytest.mark.parametrize("profile", [le.crm.hubspot, le.crm.hubspot_company, le.crm.salesforce, le.crm.salesforce_lead])
def test_every_header_of_a_profile_is_read_back(profile: le.crm.Profile) -> None:
    read = profile.columns(profile.headers.values())
    assert read == {header: name for name, header in profile.headers.items()}
    assert set(profile.also.values()) <= set(profile.headers)
    assert dataclasses.replace(profile, name="mine").name == "mine"
