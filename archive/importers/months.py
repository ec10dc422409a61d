"""Months and weekdays as datelines and date lines name them, in seven languages and their usual abbreviations.

English, German, French, Spanish, Italian, Portuguese, Russian. A spelling that stands for different months in two of
these languages is in none.
"""

from __future__ import annotations

# A line a month, from January.
_MONTHS = """
january jan januar jänner jän janvier janv enero ene gennaio gen janeiro января янв январь
february feb februar februar février févr fév fevrier febrero febbraio febb fevereiro fev февраля фев февр февраль
march mar märz mrz maerz mars marzo março marco марта мар март
april apr avril avr abril abr aprile апреля апр апрель
may mai mayo maggio mag maio мая май
june jun juni juin junio giugno giu junho июня июн июнь
july jul juli juillet juil julio luglio lug julho июля июл июль
august aug août aout agosto ago авг августа август
september sep sept septembre septiembre settembre setembro set сентября сен сент сентябрь
october oct okt oktober octobre octubre ottobre ott outubro out октября окт октябрь
november nov novembre noviembre novembro ноября ноя нояб ноябрь
december dec dez dezember décembre déc decembre diciembre dic dicembre dezembro декабря дек декабрь
"""
# A line a weekday, from Monday.
_WEEKDAYS = """
monday mon montag lundi lunes lunedì lunedi segunda-feira понедельник
tuesday tue tues dienstag mardi martes martedì martedi terça-feira вторник
wednesday wed weds mittwoch mercredi miércoles miercoles mercoledì mercoledi quarta-feira среда
thursday thu thur thurs donnerstag jeudi jueves giovedì giovedi quinta-feira четверг
friday fri freitag vendredi viernes venerdì venerdi sexta-feira пятница
saturday sat samstag sonnabend samedi sábado sabado sabato суббота
sunday sun sonntag dimanche domingo domenica воскресенье
"""

_MONTH_NUMBERS = {name: number for number, line in enumerate(_MONTHS.split("\n")) for name in line.split()}
_WEEKDAY_NUMBERS = {name: number for number, line in enumerate(_WEEKDAYS.split("\n")) for name in line.split()}


def month_number(name: str) -> int | None:
    """Return 1 to 12 for a month's name or abbreviation, with or without its full stop, else None."""
    return _MONTH_NUMBERS.get(name.removesuffix(".").casefold())


def weekday_number(name: str) -> int | None:
    """Return 1 (Monday) to 7 for a weekday's name or abbreviation, as ISO 8601 counts, else None."""
    return _WEEKDAY_NUMBERS.get(name.removesuffix(".").casefold())
