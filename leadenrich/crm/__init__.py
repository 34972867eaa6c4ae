"""CRM round trips over files and frames: what HubSpot and Salesforce export comes in, what they import goes out.

No API calls: `hubspot` and `salesforce` (and `salesforce_lead`, `hubspot_company`) are profiles that know headers.

    table = le.crm.hubspot.read_csv("contacts.csv")
    rows = waterfall.run_sync(table, find=...)
    print(le.crm.hubspot.diff(rows))
    le.crm.hubspot.write_csv("import.csv", rows)
"""

from __future__ import annotations

from leadenrich.crm.changes import Change, Changes, Policy
from leadenrich.crm.profile import Profile
from leadenrich.crm.profiles import hubspot, hubspot_company, salesforce, salesforce_lead

__all__ = ["Change", "Changes", "Policy", "Profile", "hubspot", "hubspot_company", "salesforce", "salesforce_lead"]
