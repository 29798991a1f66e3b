"""What is known of people and of systems; invariants hold in the database."""

from accounts.models.clients import ApiClient as ApiClient
from accounts.models.clients import ApiClientKey as ApiClientKey
from accounts.models.clients import ApiToken as ApiToken
from accounts.models.clients import UsedNonce as UsedNonce
from accounts.models.people import SYSTEM_EMAIL as SYSTEM_EMAIL
from accounts.models.people import Membership as Membership
from accounts.models.people import Organisation as Organisation
from accounts.models.people import RoleGrant as RoleGrant
from accounts.models.people import User as User
