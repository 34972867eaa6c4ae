"""What each word of a question means, in a few words: for schemas that people and language models read."""

from __future__ import annotations

from leadenrich.vocabulary import QUERY_WORDS

_MEANINGS = {
    "first_name": "Given name of the person",
    "last_name": "Family name of the person",
    "full_name": "Whole name of the person, given name first",
    "email": "Work e-mail address, such as mira@brightloom.example",
    "personal_email": "Private e-mail address",
    "mobile_phone": "Mobile number with country code, such as +4915112345678",
    "phone": "Phone number with country code, such as +493012345678",
    "linkedin_url": "Address of the person's LinkedIn profile, https://www.linkedin.com/in/...",
    "sales_navigator_url": "Address of the person in LinkedIn Sales Navigator",
    "twitter_url": "Address of the profile on X (Twitter)",
    "github_url": "Address of the profile on GitHub",
    "facebook_url": "Address of the page on Facebook",
    "title": "Job title, such as Head of Procurement",
    "headline": "Headline of the LinkedIn profile",
    "seniority": "Level of the job: owner, c_level, vp, director, manager, senior or entry",
    "department": "Department of the job, such as sales or engineering",
    "city": "City, in English or the local language",
    "region": "State, province or region",
    "country": "Country as ISO 3166-1 alpha-2 code, such as DE",
    "company_name": "Name of the company, with or without its legal form",
    "company_domain": "Web domain of the company, such as brightloom.example",
    "company_linkedin_url": "Address of the company's LinkedIn page, https://www.linkedin.com/company/...",
    "website": "Address of the company's site",
    "description": "What the company does, in a few sentences",
    "industry": "Industry of the company, in English",
    "employee_count": "How many people work there",
    "employee_range": "How many people work there, as a range such as 51-200",
    "annual_revenue_usd": "Yearly revenue in US dollars",
    "founded_year": "Year of foundation",
    "company_type": "Kind of company, such as private, public or nonprofit",
    "technologies": "Names of technologies the company uses",
    "funding_total_usd": "Money raised so far, in US dollars",
    "funding_stage": "Last funding round, such as series_a",
    "last_funding_at": "Date of the last funding round, ISO 8601",
    "investors": "Names of investors",
    "naics": "NAICS code of the industry",
    "sic": "SIC code of the industry",
    "query": "What to search for, in plain words",
    "keywords": "Words that must fit, separated by commas",
    "location": "Place, as text: city, region or country",
    "url": "Address of the page to read, with https://",
    "ip": "IP address, v4 or v6",
    "technology": "Name of a technology, such as shopify",
    "filters": "The vendor's own filters, as an object",
    "limit": "How many results at most",
    "page_size": "How many results on a page",
    "cursor": "Where to go on: next_cursor of the page before",
    "prompt": "The question, in plain words",
    "system": "Instructions for the model",
    "model": "The vendor's name for a model",
    "output_schema": "JSON Schema of the answer wanted",
    "max_output_tokens": "How many tokens an answer may have at most",
    "shared_characters": "How many characters at the beginning of the prompt other prompts share",
    "github_username": "Name of an account on GitHub",
    "lei": "Legal Entity Identifier, 20 characters",
    "cik": "Central Index Key of the SEC",
    "ticker": "Ticker symbol at a stock exchange",
    "company_number": "Number in the company register",
    "jurisdiction_code": "Register of the company number, such as de or us_de",
    "place_id": "The vendor's id of a place",
    "address": "Postal address, on one line",
    "email_pattern": "Pattern of a company's addresses, such as {first}.{last}",
    "logo_url": "Address of the company's logo",
    "email_status": "Whether an address can be reached: valid, invalid, accept_all or unknown",
    "line_type": "Kind of a phone line: mobile, landline, voip or toll_free",
}


def meaning(word: str) -> str:
    """Return what a word of a question means; of a vendor's own word, that it is one."""
    if word in _MEANINGS:
        return _MEANINGS[word]
    if word in QUERY_WORDS:
        return word.replace("_", " ").capitalize()
    provider, _, option = word.partition("_")
    return f"The vendor's own option ({provider}): {(option or word).replace('_', ' ')}"
