"""Settings of citizens' requests: what a form may carry, from how many forms on one waits, and who may vouch for a person."""

from environs import Env

__all__ = [
    "RIGHTS_CODE_DAYS",
    "RIGHTS_CONTACT_DAYS",
    "RIGHTS_EVIDENCE_YEARS",
    "RIGHTS_FILES_MAX_BYTES",
    "RIGHTS_FORMS_PER_HOUR",
    "RIGHTS_FORMS_PER_HOUR_IN_ALL",
    "RIGHTS_OIDC_ACR_N3",
    "RIGHTS_OIDC_ACR_N4",
    "RIGHTS_OIDC_CLIENT_ID",
    "RIGHTS_OIDC_CLIENT_SECRET",
    "RIGHTS_OIDC_ISSUER",
    "RIGHTS_OIDC_SCOPES",
    "RIGHTS_THRESHOLD",
    "RIGHTS_WORK_COST",
]

env = Env()

# Files in one request, in bytes, all together.
RIGHTS_FILES_MAX_BYTES = env.int("RIGHTS_FILES_MAX_BYTES", 5 * 1024 * 1024)
# Forms an hour from one network, and in all, beyond which a form waits a little or its browser works for it; and how hard that work is.
RIGHTS_FORMS_PER_HOUR = env.int("RIGHTS_FORMS_PER_HOUR", 30)
RIGHTS_FORMS_PER_HOUR_IN_ALL = env.int("RIGHTS_FORMS_PER_HOUR_IN_ALL", 2000)
RIGHTS_WORK_COST = env.int("RIGHTS_WORK_COST", 5000)

# Of a request that has ended: for how many days its code opens it and its contact is kept; then for how many years its rows stay.
RIGHTS_CODE_DAYS = env.int("RIGHTS_CODE_DAYS", 365)
RIGHTS_CONTACT_DAYS = env.int("RIGHTS_CONTACT_DAYS", 30)
RIGHTS_EVIDENCE_YEARS = env.int("RIGHTS_EVIDENCE_YEARS", 5)

# In the public figures a count below this is masked, and whatever would give it away; so is the size of a set of oppositions.
RIGHTS_THRESHOLD = env.int("RIGHTS_THRESHOLD", 11)

# FranceConnect by OpenID Connect, for rights that ask for level N3 or N4: off without an issuer. Its words for each of these levels,
# and what it is asked to say of the person, which the window seals to the controllers without reading it.
RIGHTS_OIDC_ISSUER = env.str("RIGHTS_OIDC_ISSUER", "")
RIGHTS_OIDC_CLIENT_ID = env.str("RIGHTS_OIDC_CLIENT_ID", "")
RIGHTS_OIDC_CLIENT_SECRET = env.str("RIGHTS_OIDC_CLIENT_SECRET", "")
RIGHTS_OIDC_ACR_N3 = env.list("RIGHTS_OIDC_ACR_N3", ["eidas1"])
RIGHTS_OIDC_ACR_N4 = env.list("RIGHTS_OIDC_ACR_N4", ["eidas2", "eidas3"])
RIGHTS_OIDC_SCOPES = env.list("RIGHTS_OIDC_SCOPES", ["openid", "given_name", "family_name", "birthdate", "birthplace", "birthcountry"])
