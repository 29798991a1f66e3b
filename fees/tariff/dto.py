"""Everything that the rest of the fees needs to name a grid version, inputs, a price and its refusals: one import for all of them."""

from fees.tariff.asked import (
    ASSUMED as ASSUMED,
)
from fees.tariff.asked import (
    Choice as Choice,
)
from fees.tariff.asked import (
    Fact as Fact,
)
from fees.tariff.asked import (
    Grant as Grant,
)
from fees.tariff.asked import (
    Inputs as Inputs,
)
from fees.tariff.errors import (
    BadDocument as BadDocument,
)
from fees.tariff.errors import (
    BadFact as BadFact,
)
from fees.tariff.errors import (
    DocumentFault as DocumentFault,
)
from fees.tariff.errors import (
    MissingFacts as MissingFacts,
)
from fees.tariff.errors import (
    TariffError as TariffError,
)
from fees.tariff.errors import (
    UnknownVat as UnknownVat,
)
from fees.tariff.priced import (
    ENGINE as ENGINE,
)
from fees.tariff.priced import (
    FundedPart as FundedPart,
)
from fees.tariff.priced import (
    LeftOut as LeftOut,
)
from fees.tariff.priced import (
    LineKey as LineKey,
)
from fees.tariff.priced import (
    LineResult as LineResult,
)
from fees.tariff.priced import (
    RangeResult as RangeResult,
)
from fees.tariff.priced import (
    Rejected as Rejected,
)
from fees.tariff.priced import (
    Result as Result,
)
from fees.tariff.priced import (
    Step as Step,
)
from fees.tariff.priced import (
    Used as Used,
)
from fees.tariff.priced import (
    VatTotal as VatTotal,
)
from fees.tariff.vocabulary import (
    AmendmentPolicy as AmendmentPolicy,
)
from fees.tariff.vocabulary import (
    Billing as Billing,
)
from fees.tariff.vocabulary import (
    Charged as Charged,
)
from fees.tariff.vocabulary import (
    CostBasis as CostBasis,
)
from fees.tariff.vocabulary import (
    Dropped as Dropped,
)
from fees.tariff.vocabulary import (
    Group as Group,
)
from fees.tariff.vocabulary import (
    Kind as Kind,
)
from fees.tariff.vocabulary import (
    Measure as Measure,
)
from fees.tariff.vocabulary import (
    Mode as Mode,
)
from fees.tariff.vocabulary import (
    Op as Op,
)
from fees.tariff.vocabulary import (
    Operator as Operator,
)
from fees.tariff.vocabulary import (
    Purpose as Purpose,
)
from fees.tariff.vocabulary import (
    Refused as Refused,
)
from fees.tariff.vocabulary import (
    Rounding as Rounding,
)
from fees.tariff.vocabulary import (
    Scope as Scope,
)
from fees.tariff.vocabulary import (
    SelectingDate as SelectingDate,
)
from fees.tariff.vocabulary import (
    Source as Source,
)
from fees.tariff.vocabulary import (
    Stage as Stage,
)
from fees.tariff.vocabulary import (
    TaxPoint as TaxPoint,
)
from fees.tariff.vocabulary import (
    Unit as Unit,
)
from fees.tariff.vocabulary import (
    VatCategory as VatCategory,
)
from fees.tariff.written import (
    ALWAYS as ALWAYS,
)
from fees.tariff.written import (
    EACH as EACH,
)
from fees.tariff.written import (
    FORMAT as FORMAT,
)
from fees.tariff.written import (
    NO_WORDS as NO_WORDS,
)
from fees.tariff.written import (
    ONE as ONE,
)
from fees.tariff.written import (
    ZERO as ZERO,
)
from fees.tariff.written import (
    AllOf as AllOf,
)
from fees.tariff.written import (
    AnyOf as AnyOf,
)
from fees.tariff.written import (
    Check as Check,
)
from fees.tariff.written import (
    Condition as Condition,
)
from fees.tariff.written import (
    Content as Content,
)
from fees.tariff.written import (
    Factor as Factor,
)
from fees.tariff.written import (
    Grid as Grid,
)
from fees.tariff.written import (
    GridVersion as GridVersion,
)
from fees.tariff.written import (
    Line as Line,
)
from fees.tariff.written import (
    Modifier as Modifier,
)
from fees.tariff.written import (
    Not as Not,
)
from fees.tariff.written import (
    Payee as Payee,
)
from fees.tariff.written import (
    PolicyOrder as PolicyOrder,
)
from fees.tariff.written import (
    Text as Text,
)
from fees.tariff.written import (
    Tier as Tier,
)
from fees.tariff.written import (
    Value as Value,
)
from fees.tariff.written import (
    VatRate as VatRate,
)
from fees.tariff.written import (
    VatTable as VatTable,
)
from fees.tariff.written import (
    VatTreatment as VatTreatment,
)
