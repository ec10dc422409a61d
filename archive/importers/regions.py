"""Regions as datelines name them behind a city: the states of the USA, the provinces of Canada, countries; in English.

Without them a city in mixed case, `Tehran, Iran –`, would not be known for a dateline.
"""

from __future__ import annotations

_STATES = """
Ala. Alaska Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Hawaii Idaho Ill. Ind. Iowa Kan. Ky. La. Maine Md. Mass.
Mich. Minn. Miss. Mo. Mont. Neb. Nev. N.H. N.J. N.M. N.Y. N.C. N.D. Ohio Okla. Ore. Pa. R.I. S.C. S.D. Tenn. Texas
Utah Vt. Va. Wash. W.Va. Wis. Wyo. D.C. Alabama Arizona Arkansas California Colorado Connecticut Delaware Florida
Georgia Illinois Indiana Kansas Kentucky Louisiana Maryland Massachusetts Michigan Minnesota Mississippi Missouri
Montana Nebraska Nevada Oklahoma Oregon Pennsylvania Tennessee Vermont Virginia Washington Wisconsin Wyoming
Alta. B.C. Man. N.B. N.S. Ont. P.E.I. Que. Sask. Alberta Manitoba Ontario Quebec Saskatchewan
U.K. UK U.S. US USA U.S.A. UAE U.A.E. England Scotland Wales
"""
_TWO_WORDS = (
    "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Rhode Island",
    "South Carolina", "South Dakota", "West Virginia", "British Columbia", "New Brunswick", "Nova Scotia",
    "Northern Ireland",
)  # fmt: skip
_POSTAL = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI
SC SD TN TX UT VT VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK
"""
_COUNTRIES = """
Afghanistan; Albania; Algeria; Angola; Argentina; Armenia; Australia; Austria; Azerbaijan; Bahrain; Bangladesh;
Belarus; Belgium; Benin; Bolivia; Bosnia and Herzegovina; Botswana; Brazil; Bulgaria; Burkina Faso; Burundi; Cambodia;
Cameroon; Canada; Central African Republic; Chad; Chile; China; Colombia; Costa Rica; Croatia; Cuba; Cyprus;
Czech Republic; Democratic Republic of Congo; Denmark; Djibouti; Dominican Republic; Ecuador; Egypt; El Salvador;
Eritrea; Estonia; Ethiopia; Fiji; Finland; France; Gabon; Gambia; Germany; Ghana; Greece; Guatemala; Guinea; Guyana;
Haiti; Honduras; Hungary; Iceland; India; Indonesia; Iran; Iraq; Ireland; Israel; Italy; Ivory Coast; Jamaica; Japan;
Kazakhstan; Kenya; Kosovo; Kuwait; Kyrgyzstan; Laos; Latvia; Lebanon; Liberia; Libya; Lithuania; Madagascar; Malawi;
Malaysia; Mali; Malta; Mauritania; Mauritius; Mexico; Moldova; Mongolia; Montenegro; Morocco; Mozambique; Myanmar;
Namibia; Nepal; Netherlands; New Zealand; Nicaragua; Niger; Nigeria; North Korea; North Macedonia; Norway; Oman;
Pakistan; Palestine; Papua New Guinea; Paraguay; Peru; Philippines; Poland; Portugal; Qatar; Romania; Russia; Rwanda;
Saudi Arabia; Senegal; Serbia; Sierra Leone; Slovakia; Slovenia; Somalia; South Africa; South Korea; South Sudan;
Spain; Sri Lanka; Sudan; Sweden; Switzerland; Syria; Taiwan; Tajikistan; Tanzania; Thailand; Togo; Tunisia; Turkey;
Türkiye; Turkmenistan; Uganda; Ukraine; United Arab Emirates; United Kingdom; United States; Uruguay; Uzbekistan;
Venezuela; Vietnam; West Bank; Gaza Strip; Yemen; Zambia; Zimbabwe
"""

_POSTAL_CODES = frozenset(_POSTAL.split())
_NAMES = (*_STATES.split(), *_TWO_WORDS, *(name.strip() for name in _COUNTRIES.split(";")))
_REGIONS = frozenset(name.casefold() for name in _NAMES)


def is_region(text: str) -> bool:
    """Tell whether a name is that of a region that is known; the postal codes only in capitals."""
    return text in _POSTAL_CODES or text.casefold() in _REGIONS
