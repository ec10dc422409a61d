"""News agencies: the names by which texts credit them, one canonical name each, and where they are at home.

Facts that are public, gathered by hand: what an agency is called in its own datelines comes first, then its full names
and what other languages call it. Distributors of press releases and broadcasters whose reports others print are
listed apart: they stand in datelines as agencies do, but a line that names one of them credits no wire.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Canonical name | country (ISO 3166-1) | other names. A name without small letters is known as it is written only.
_WIRES = """
AA | TR | Anadolu; Anadolu Agency; Anadolu Ajansı; ANADOLU AGENCY
AAP | AU | Australian Associated Press
Adnkronos | IT | AdnKronos
AFP | FR | Agence France-Presse; Agence France Presse; АФП; 法新社
Agência Brasil | BR | Agencia Brasil
AGERPRES | RO | Agerpres
AGI | IT | Agenzia Italia
AKIpress | KG | AKI Press
ANA-MPA | GR | Athens-Macedonian News Agency; AMNA
Andina | PE |
ANI | IN | Asian News International
ANP | NL | Algemeen Nederlands Persbureau
ANSA | IT | Agenzia ANSA
Antara | ID | ANTARA News
AP | US | Associated Press; The Associated Press; АП; 美联社
APA | AT | Austria Presse Agentur
APS | DZ | Algérie Presse Service; Algeria Press Service
Armenpress | AM | ARMENPRESS
ATA | AL | Albanian Telegraphic Agency
Azertac | AZ | Azertag; AZERTAC; AZERTAG
Baltic News Service | EE | BNS
Bakhtar | AF | Bakhtar News Agency
Belga | BE | Belga News Agency
BelTA | BY | БЕЛТА; Belarusian Telegraph Agency
Bernama | MY |
Bloomberg | US | Bloomberg News
BSS | BD | Bangladesh Sangbad Sangstha
BTA | BG | Bulgarian News Agency; БТА
Canadian Press | CA | The Canadian Press; La Presse Canadienne; CP
China News Service | CN | CNS; 中新社; 中新网
CNA | TW | Central News Agency
CTK | CZ | ČTK; Czech News Agency; Česká tisková kancelář
Cihan | TR | Cihan News Agency
dpa | DE | DPA; Deutsche Presse-Agentur
DHA | TR | Demirören News Agency; Demirören Haber Ajansı
EFE | ES | Agencia EFE; Efe
epd | DE | Evangelischer Pressedienst
Europa Press | ES | EUROPA PRESS
Fars | IR | Fars News Agency; FNA; FARS; Farsnews; فارس
FIDES | VA | Agenzia Fides; Fides
Ghana News Agency | GH | GNA
Hina | HR | HINA
IANS | IN | Indo-Asian News Service
IHA | TR | İhlas News Agency; Ihlas News Agency
ILNA | IR | Iranian Labour News Agency; ایلنا
INA | IQ | Iraqi News Agency
Interfax | RU | INTERFAX; INTERFAX.RU; Интерфакс
Interfax-Ukraine | UA | Интерфакс-Украина
IPS | IT | Inter Press Service
IQNA | IR |
IRNA | IR | Islamic Republic News Agency; Irna; ایرنا; إرنا; ИРНА
ISNA | IR | Iranian Students' News Agency; Iranian Students’ News Agency; Iranian Students News Agency; ایسنا
Itar-Tass | RU | ITAR-TASS; ИТАР-ТАСС
Jiji | JP | Jiji Press; 時事; 時事通信
JTA | US | Jewish Telegraphic Agency
Kabar | KG |
KazInform | KZ | Kazinform; КАЗИНФОРМ
KCNA | KP | Korean Central News Agency
Keystone-SDA | CH | SDA; Keystone-ATS
KNA | DE | Katholische Nachrichten-Agentur
KUNA | KW | Kuwait News Agency
Kyodo | JP | Kyodo News; 共同; 共同通信
KPL | LA | Lao News Agency
LETA | LV |
Lusa | PT | LUSA; Agência Lusa
MAP | MA | Maghreb Arabe Presse
Mehr | IR | Mehr News Agency; MNA; MEHR; مهر
MENA | EG | Middle East News Agency
MIA | MK |
Moldpres | MD |
MTI | HU | Magyar Távirati Iroda
Montsame | MN | MONTSAME
NAN | NG | News Agency of Nigeria
NNA | LB | National News Agency
Notimex | MX | NOTIMEX
NTB | NO | Norsk Telegrambyrå
NZPA | NZ | New Zealand Press Association
PA | GB | PA Media; Press Association; The Press Association
Pajhwok | AF | Pajhwok Afghan News
PANA | SN | Panapress; PANAPRESS
PAP | PL | Polska Agencja Prasowa; Polish Press Agency
Petra | JO | Jordan News Agency
PNA | PH | Philippine News Agency
PPI | PK | Pakistan Press International
Prensa Latina | CU |
PTI | IN | Press Trust of India; The Press Trust of India
APP | PK | Associated Press of Pakistan
QNA | QA | Qatar News Agency
Reuters | GB | Thomson Reuters; Thomson Reuters Foundation; Reuters Staff; Рейтер; ロイター; 路透社; رويترز; رویترز
RIA Novosti | RU | RIA; RIA News; РИА Новости; РИА
Ritzau | DK | Ritzaus Bureau
SANA | SY | Syrian Arab News Agency; سانا
SAPA | ZA | South African Press Association
SITA | SK |
SPA | SA | Saudi Press Agency; واس
Sputnik | RU | Sputnik News; Спутник
STA | SI |
STT | FI | STT-Lehtikuva; Suomen Tietotoimisto
SUNA | SD | Sudan News Agency
TAP | TN | Tunis Afrique Presse
Tanjug | RS | TANJUG; Танјуг
TASR | SK |
Tasnim | IR | Tasnim News Agency; Tasnim News; TASNIM; تسنیم
TASS | RU | Tass; ТАСС
Telam | AR | Télam; TELAM; TÉLAM
TNS | US | Tribune News Service
TT | SE | TT News Agency; Tidningarnas Telegrambyrå
Turan | AZ |
UNB | BD | United News of Bangladesh
UNI | IN | United News of India
UNIAN | UA | УНИАН; УНІАН
Ukrinform | UA | UKRINFORM; Укринформ; Укрінформ
UPI | US | United Press International
UzA | UZ |
VNA | VN | Vietnam News Agency
WAFA | PS | Palestine News Agency
WAM | AE | Emirates News Agency
Xinhua | CN | Xinhua News Agency; XINHUA; Синьхуа; 新华社; 新華社; 新华网
YJC | IR | Young Journalists Club
Yonhap | KR | Yonhap News; Yonhap News Agency; 연합뉴스
"""
_OTHERS = """
ACCESSWIRE | US | Accesswire
BBC | GB | BBC News
Business Wire | US | BUSINESS WIRE; BusinessWire
CNN | US | CNN Wire
GlobeNewswire | US | GLOBE NEWSWIRE; GLOBENEWSWIRE
IRIN | CH |
Marketwired | CA | Marketwire
Newsfile | CA | Newsfile Corp.
NHK | JP |
PR Newswire | US | PRNewswire; PRNEWSWIRE; PR NEWSWIRE; PRNewswire-USNewswire; PRNewswire-FirstCall
Press TV | IR | PressTV; PRESS TV
RFE/RL | CZ | Radio Free Europe/Radio Liberty; Radio Free Europe
VOA | US | Voice of America; VOA News
"""


class Agency(NamedTuple):
    """An agency: its canonical name, the country of its seat, and whether it is a wire."""

    name: str
    country: str
    wire: bool


_THE = re.compile(r"the\s+(?=\S)|agen(?:cia|zia|ce|cy)\s+(?=[A-Z]{3}\b)", re.IGNORECASE)
_KIND = re.compile(
    r"\s+(?:news agency|newswire|news|wire(?: services?)?|staff|agency|agence|agencia|agenzia)$", re.IGNORECASE
)


def _table() -> tuple[dict[str, Agency], dict[str, Agency]]:
    exact: dict[str, Agency] = {}
    folded: dict[str, Agency] = {}
    for rows, wire in ((_WIRES, True), (_OTHERS, False)):
        for row in rows.strip().splitlines():
            name, country, others = (cell.strip() for cell in row.split("|"))
            agency = Agency(name, country, wire)
            for spelling in (name, *filter(None, (other.strip() for other in others.split(";")))):
                exact[spelling] = agency
                if spelling != spelling.upper():
                    folded[spelling.casefold()] = agency
    return exact, folded


_EXACT, _FOLDED = _table()


def agency_named(name: str) -> Agency | None:
    """Return the agency of a name, or None where it is not known. `REUTERS` and `the Reuters news agency` are Reuters.

    An abbreviation must stand in capitals: `(SPA)` is an agency, `(Spa)` is none.
    """
    agency = _EXACT.get(name) or _FOLDED.get(name.casefold())
    if agency is not None or len(name) > 60:
        return agency
    bare = _KIND.sub("", _THE.sub("", name.strip(" \t'\"“”"), count=1))
    return _EXACT.get(bare) or _FOLDED.get(bare.casefold()) if bare != name else None


def known_agency(name: str) -> str | None:
    """Return the canonical name of an agency, or None where it is not known."""
    agency = agency_named(name)
    return agency.name if agency is not None else None


def known_wire(name: str) -> str | None:
    """Return the canonical name of an agency that is a wire: no broadcaster, no distributor of press releases."""
    agency = agency_named(name)
    return agency.name if agency is not None and agency.wire else None
