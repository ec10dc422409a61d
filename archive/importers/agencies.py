"""News agencies by the names that stand in datelines and bylines."""

from __future__ import annotations

_NAMES = (
    "AA", "AAP", "AFP", "AGI", "ANI", "ANP", "ANSA", "AP", "APA", "APTN", "ATA", "Agence France-Presse", "Anadolu",
    "Anadolu Agency", "Antara", "Associated Press", "The Associated Press", "Azertag", "BBC", "BTA", "BelTA",
    "Belga", "Bernama", "Bloomberg", "Bloomberg News", "Business Wire", "CNA", "CNN", "CNS", "CP", "CTK", "ČTK",
    "Canadian Press", "The Canadian Press", "DPA", "EFE", "FNA", "Fars", "Fars News Agency", "GNA",
    "GlobeNewswire", "IANS", "ILNA", "INA", "IPS", "IQNA", "IRIN", "IRNA", "ISNA", "ITAR-TASS",
    "Inter Press Service", "Interfax", "Interfax-Ukraine", "JTA", "Jiji", "KCNA", "KUNA", "Kyodo", "Kyodo News",
    "Lusa", "MAP", "MENA", "MNA", "MTI", "Mehr", "Mehr News Agency", "NAN", "NNA", "NTB", "PA", "PA Media", "PAP",
    "PNA", "PR Newswire", "PRNewswire", "PTI", "Petra", "Press Association", "Press TV", "Press Trust of India",
    "QNA", "RFE/RL", "RIA", "RIA Novosti", "Reuters", "Ritzau", "SANA", "SPA", "STT", "Sputnik", "TAP", "TASS",
    "TNS", "TT", "Tanjug", "Tasnim", "Tasnim News Agency", "Thomson Reuters Foundation", "UNB", "UNI", "UPI",
    "Ukrinform", "United Press International", "VNA", "VOA", "WAFA", "WAM", "Xinhua", "YJC", "Yonhap",
)  # fmt: skip

_SPELLINGS = {name.casefold(): name for name in _NAMES}


def known_agency(name: str) -> str | None:
    """Return the usual spelling of an agency's name (`REUTERS` gives `Reuters`), or None where it is not known."""
    return _SPELLINGS.get(name.casefold())
