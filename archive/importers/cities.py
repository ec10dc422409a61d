"""Cities that stand alone in datelines: capitals, seats of international bodies, the largest cities; in English.

Only for datelines that nothing but the place speaks for, such as `LONDON: `: there a word in capitals may as well be a
label. Gathered by hand; a city that is missing costs such a dateline and nothing else.
"""

from __future__ import annotations

_CITIES = """
Abidjan; Abu Dhabi; Abuja; Accra; Addis Ababa; Aden; Ahmedabad; Aleppo; Algiers; Almaty; Amman; Amsterdam; Ankara;
Antananarivo; Ashgabat; Asmara; Astana; Asuncion; Athens; Atlanta; Auckland; Baghdad; Baku; Bali; Baltimore; Bamako;
Bangalore; Bengaluru; Bangkok; Bangui; Barcelona; Basra; Beijing; Beirut; Belfast; Belgrade; Berlin; Bern; Bhopal;
Bhubaneswar; Birmingham; Bishkek; Bogota; Bonn; Boston; Brasilia; Bratislava; Brazzaville; Brisbane; Brussels;
Bucharest; Budapest; Buenos Aires; Bujumbura; Cairo; Calcutta; Calgary; Canberra; Cape Town; Caracas; Casablanca;
Chandigarh; Chennai; Chicago; Chisinau; Colombo; Conakry; Copenhagen; Dakar; Dallas; Damascus; Dar es Salaam; Delhi;
Denver; Detroit; Dhaka; Djibouti; Doha; Dubai; Dublin; Dushanbe; Edinburgh; Erbil; Frankfurt; Freetown; Gaborone;
Gaza; Gaza City; Geneva; Glasgow; Guangzhou; Guatemala City; Guwahati; Gwadar; Hamburg; Hanoi; Harare; Havana;
Helsinki; Ho Chi Minh City; Hong Kong; Honolulu; Houston; Hyderabad; Islamabad; Istanbul; Izmir; Jaipur; Jakarta;
Jammu; Jeddah; Jerusalem; Johannesburg; Juba; Kabul; Kampala; Kandahar; Karachi; Kathmandu; Kharkiv; Khartoum; Kiev;
Kigali; Kingston; Kinshasa; Kochi; Kolkata; Kuala Lumpur; Kuwait City; Kyiv; Lagos; Lahore; La Paz; Las Vegas;
Libreville; Lilongwe; Lima; Lisbon; Ljubljana; London; Los Angeles; Lucknow; Luanda; Lusaka; Luxembourg; Macau;
Madrid; Male; Managua; Manama; Manchester; Manila; Maputo; Marseille; Maseru; Mecca; Melbourne; Mexico City; Miami;
Milan; Minneapolis; Minsk; Mogadishu; Monaco; Monrovia; Montevideo; Montreal; Moscow; Mosul; Multan; Mumbai; Munich;
Muscat; Muzaffarabad; Nairobi; Nassau; Ndjamena; New Delhi; New Orleans; New York; Niamey; Nicosia; Nouakchott; Odesa;
Odessa; Oslo; Ottawa; Ouagadougou; Panama City; Paris; Patna; Perth; Peshawar; Philadelphia; Phnom Penh; Podgorica;
Port-au-Prince; Port Moresby; Prague; Pretoria; Pristina; Pune; Pyongyang; Quetta; Quito; Rabat; Ramallah; Rawalpindi;
Reykjavik; Riga; Rio de Janeiro; Riyadh; Rome; San Francisco; San Jose; San Salvador; Sanaa; Santiago; Santo Domingo;
Sao Paulo; Sarajevo; Seattle; Seoul; Shanghai; Shimla; Singapore; Skopje; Sofia; Srinagar; St. Petersburg; Stockholm;
Strasbourg; Suva; Sydney; Taipei; Tallinn; Tashkent; Tbilisi; Tegucigalpa; Tehran; Tel Aviv; The Hague; Thimphu;
Thiruvananthapuram; Tirana; Tokyo; Toronto; Tripoli; Tunis; Ulan Bator; Ulaanbaatar; United Nations; Vaduz; Valletta;
Vancouver; Vatican City; Vienna; Vientiane; Vilnius; Visakhapatnam; Warsaw; Washington; Wellington; Windhoek; Yangon;
Yaounde; Yerevan; Zagreb; Zurich
"""
_NAMES = frozenset(city.strip().casefold() for city in _CITIES.split(";"))


def is_city(text: str) -> bool:
    """Tell whether a name is that of a city that is known, in whatever case."""
    return text.casefold() in _NAMES
