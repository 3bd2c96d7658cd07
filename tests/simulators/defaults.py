"""Accounts that simulators accept unless told otherwise: the product's demo defaults."""

APPID = "wxdemo0000000000"
SECRET = "demo-only-secret-never-in-production"
SECRET_ID = "AKIDdemo"
SECRET_KEY = "demo-only-secret-never-in-production"
LOCATION_KEY = "DEMOO-NLYXX-NEVER-INPRO-DUCTI-ONXXX"
SMS_APP_ID = "1400000000"
SMS_SIGN_NAME = "掌上证"
SMS_TEMPLATES = {"1000001": "code", "1000002": "notice"}
