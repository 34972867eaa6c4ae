"""The headers of HubSpot and Salesforce: labels of their exports, and internal names."""

from __future__ import annotations

from leadenrich.crm.profile import Profile

hubspot = Profile(
    "HubSpot contacts",
    headers={
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone Number",
        "mobile_phone": "Mobile Phone Number",
        "title": "Job Title",
        "company_name": "Company Name",
        "website": "Website URL",
        "city": "City",
        "region": "State/Region",
        "country": "Country/Region",
        "industry": "Industry",
        "annual_revenue_usd": "Annual Revenue",
        "employee_count": "Number of Employees",
        "seniority": "Seniority",
        "linkedin_url": "LinkedIn URL",
    },
    also={
        "firstname": "first_name",
        "lastname": "last_name",
        "phone": "phone",
        "mobilephone": "mobile_phone",
        "jobtitle": "title",
        "company": "company_name",
        "website": "website",
        "state": "region",
        "country": "country",
        "annualrevenue": "annual_revenue_usd",
        "numemployees": "employee_count",
        "hs_linkedin_url": "linkedin_url",
        "linkedin": "linkedin_url",
        "hs_seniority": "seniority",
    },
    ids=(
        "Record ID",
        "Record ID - Contact",
        "hs_object_id",
        "Contact ID",
    ),
    changed=(
        "Last Modified Date",
        "lastmodifieddate",
    ),
)

hubspot_company = Profile(
    "HubSpot companies",
    headers={
        "company_name": "Company name",
        "company_domain": "Company Domain Name",
        "phone": "Phone Number",
        "website": "Website URL",
        "city": "City",
        "region": "State/Region",
        "country": "Country/Region",
        "industry": "Industry",
        "annual_revenue_usd": "Annual Revenue",
        "employee_count": "Number of Employees",
        "founded_year": "Year Founded",
        "description": "Description",
        "company_linkedin_url": "LinkedIn Company Page",
    },
    also={
        "name": "company_name",
        "domain": "company_domain",
        "phone": "phone",
        "website": "website",
        "state": "region",
        "country": "country",
        "annualrevenue": "annual_revenue_usd",
        "numberofemployees": "employee_count",
        "founded_year": "founded_year",
        "linkedin_company_page": "company_linkedin_url",
    },
    ids=(
        "Record ID",
        "Record ID - Company",
        "hs_object_id",
        "Company ID",
    ),
    changed=(
        "Last Modified Date",
        "hs_lastmodifieddate",
    ),
)

_SALESFORCE_NOTES = ("_Source__c", "_Date__c", "_Confidence__c")

salesforce = Profile(
    "Salesforce contacts",
    headers={
        "first_name": "FirstName",
        "last_name": "LastName",
        "email": "Email",
        "phone": "Phone",
        "mobile_phone": "MobilePhone",
        "title": "Title",
        "department": "Department",
        "company_name": "Account.Name",
        "city": "MailingCity",
        "region": "MailingState",
        "country": "MailingCountry",
        "linkedin_url": "LinkedIn_URL__c",
    },
    also={
        "First Name": "first_name",
        "Last Name": "last_name",
        "Business Phone": "phone",
        "Mobile": "mobile_phone",
        "Account Name": "company_name",
        "Mailing City": "city",
        "Mailing State/Province": "region",
        "Mailing Country": "country",
        "LinkedIn__c": "linkedin_url",
        "LinkedIn_Profile__c": "linkedin_url",
    },
    ids=(
        "Id",
        "Contact ID",
        "ContactId",
    ),
    changed=(
        "LastModifiedDate",
        "Last Modified Date",
    ),
    notes=_SALESFORCE_NOTES,
)

salesforce_lead = Profile(
    "Salesforce leads",
    headers={
        "first_name": "FirstName",
        "last_name": "LastName",
        "email": "Email",
        "phone": "Phone",
        "mobile_phone": "MobilePhone",
        "title": "Title",
        "company_name": "Company",
        "website": "Website",
        "city": "City",
        "region": "State",
        "country": "Country",
        "industry": "Industry",
        "annual_revenue_usd": "AnnualRevenue",
        "employee_count": "NumberOfEmployees",
        "linkedin_url": "LinkedIn_URL__c",
    },
    also={
        "First Name": "first_name",
        "Last Name": "last_name",
        "Mobile": "mobile_phone",
        "Company / Account": "company_name",
        "State/Province": "region",
        "Annual Revenue": "annual_revenue_usd",
        "No. of Employees": "employee_count",
        "LinkedIn__c": "linkedin_url",
        "LinkedIn_Profile__c": "linkedin_url",
    },
    ids=(
        "Id",
        "Lead ID",
        "LeadId",
    ),
    changed=(
        "LastModifiedDate",
        "Last Modified Date",
    ),
    notes=_SALESFORCE_NOTES,
)
