"""What a deployment sets, for tests that need no template."""

VARIABLES = {
    "PUBLIC_URL": "https://comhar.example",
    "OFFICE_EMAILS": "office@example.com",
    "TRUSTED_DOMAINS": "hse.ie",
    "MAIL_FROM": "comhar@example.com",
    "AGENDA_DAYS": "5",
    "AGENDA_FLOOR_DAYS": "3",
    "OFFICE_HOURS": "09:00-17:00",
    "CLIENT_LIMIT": "600",
    "TRUSTED_LETTERS": "2000",
    "OTHER_LETTERS": "100",
    "DOMAIN_LETTERS": "10",
    "ORIGIN_SECRET": "",
}
