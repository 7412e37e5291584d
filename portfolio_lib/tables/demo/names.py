"""Invented companies, people and places. Any likeness to real ones is chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


STEMS = _words(
    "Abbotsmere Aldersey Amberlow Applecross Ashdale Averill Barrowby Beckfoot Bellwether "
    "Birchover Blackthorn Blythburn Bramhope Brindle Broadacre Calderbrook Cartmel Catterly "
    "Chalkwell Cinderford Claybank Cleethorne Coldbrook Copperfield Corvale Cranmere "
    "Crossgate Dalewood Darnley Deepdene Driftwood Dunmarsh Eastholm Edgecombe Elderfield "
    "Elmsworth Emberton Fairlight Fallowdale Farrier Fernhill Foxholme Gannet Garside "
    "Glenbarrow Goldhawk Gorseway Greyfriar Hallam Harrowby Hartwell Hazelmere Heathcote "
    "Highmoor Hollin Hopwood Ingleby Ironbridge Juniper Kestrel Kingsmoor Kittiwake Lambley "
    "Langdale Larkfield Lindisham Linwood Lockerby Longmead Lowther Maplebeck Marchwood "
    "Meadowcroft Merrow Millrace Mossbank Netherby Northolt Oakhanger Oldcastle Orchard "
    "Otterburn Packwood Pebblebrook Penhallow Pinewood Quarrybank Quillan Ravenglass Redmire "
    "Ridgeway Rockcliffe Rowanlea Rushmere Saltmarsh Sandholm Sedgewick Silverdale Skylark "
    "Slateford Southgate Starling Stonebeck Summerlea Swanwick Tamarind Tarrant Thistledown "
    "Thornbury Tidewater Underhill Valebrook Waterhead Wayland Westering Whitmoor Willowbank "
    "Windrush Wychwood Yarrow"
)

TRADES: dict[str, tuple[str, ...]] = {
    "Manufacturing": ("Castings", "Precision", "Plastics", "Components", "Tooling", "Packaging"),
    "Retail": ("Stores", "Home", "Outfitters", "Garden Centres", "Books"),
    "Logistics": ("Freight", "Haulage", "Logistics", "Couriers", "Cold Store"),
    "Healthcare": ("Clinics", "Dental", "Care Homes", "Pharmacy", "Diagnostics"),
    "Financial services": ("Capital", "Mutual", "Insurance Brokers", "Wealth", "Pensions"),
    "Education": ("College", "Learning", "Academy Trust", "Training"),
    "Construction": ("Builders", "Civil Engineering", "Joinery", "Roofing", "Developments"),
    "Hospitality": ("Hotels", "Inns", "Catering", "Brasseries", "Leisure"),
    "Professional services": ("Architects", "Surveyors", "Consulting", "Legal"),
    "Charity": ("Trust", "Foundation", "Community Fund", "Relief"),
    "Agriculture": ("Farms", "Growers", "Dairies", "Seeds"),
    "Technology": ("Software", "Systems", "Data", "Networks"),
    "Public sector": ("Borough Council", "Housing", "Water Board", "Ports"),
    "Media": ("Press", "Studios", "Broadcast", "Pictures"),
    "Energy": ("Power", "Renewables", "Gas", "Grid Services"),
    "Restaurant": ("Kitchen", "Grill", "Bistro", "Brasserie", "Dining Rooms"),
    "Hotel": ("Hotel", "Lodge", "Guest House", "Resort"),
    "Canteen": ("Works Canteen", "School Meals", "Staff Dining"),
    "Café": ("Café", "Coffee House", "Tea Rooms", "Bakery"),
}

FIRST_NAMES = _words(
    "Aisha Alan Amelia Anil Anna Ben Beth Callum Carla Chidi Clare Daniel Deepa Duncan Ebony "
    "Elena Emeka Erin Farah Fiona Gareth Grace Hana Harriet Hugo Imran Isla Ivan Jamal Jane "
    "Joel Kasia Keith Lena Liam Lucia Magda Marcus Maya Megan Nadia Niall Nora Oliver Omar "
    "Paula Peter Priya Rachel Ravi Rosa Ruth Samir Sarah Sean Sofia Tara Thomas Uma Victor "
    "Wendy Yusuf Zoe"
)

LAST_NAMES = _words(
    "Adeyemi Ainsworth Akhtar Barlow Bennett Bianchi Birch Boateng Brennan Cartwright Chandra "
    "Cole Costa Dalgleish Davies Desai Dhillon Doyle Eze Fairclough Farrell Ferreira Fletcher "
    "Gallagher Ghosh Goddard Gupta Hadley Hansen Hassan Hughes Iqbal Jansen Kaur Kelleher "
    "Kovac Lambert Lindqvist Lowe Mahmood Marsden McBride Mistry Morgan Nakamura Nowak Okafor "
    "Olsen Osborne Patel Pereira Petrov Quigley Rahman Reid Rossi Rowntree Sandhu Sato Shah "
    "Silva Sutcliffe Tanner Thorne Usman Varga Walsh Whitaker Wójcik Yates Zielinski"
)


@dataclass(frozen=True)
class Place:
    """Where a client is."""

    country: str
    region: str
    city: str


def _places(country: str, region: str, *cities: str) -> tuple[Place, ...]:
    return tuple(Place(country, region, city) for city in cities)


NORTH = (
    *_places("United Kingdom", "North West", "Manchester", "Liverpool", "Preston", "Lancaster"),
    *_places("United Kingdom", "North East", "Newcastle", "Durham", "Sunderland"),
    *_places("United Kingdom", "Yorkshire", "Leeds", "Sheffield", "York", "Hull"),
    *_places("United Kingdom", "Scotland", "Edinburgh", "Glasgow"),
)
BRITAIN = (
    *NORTH,
    *_places("United Kingdom", "Midlands", "Birmingham", "Nottingham", "Derby"),
    *_places("United Kingdom", "South West", "Bristol", "Exeter", "Bath"),
    *_places("United Kingdom", "South East", "London", "Brighton", "Reading", "Oxford"),
    *_places("United Kingdom", "Wales", "Cardiff", "Swansea"),
)
EUROPE = (
    *_places("United Kingdom", "Northern Europe", "London", "Manchester", "Edinburgh"),
    *_places("Ireland", "Northern Europe", "Dublin", "Cork"),
    *_places("Germany", "Central Europe", "Hamburg", "Köln", "München"),
    *_places("France", "Western Europe", "Lyon", "Paris"),
    *_places("Netherlands", "Western Europe", "Rotterdam", "Utrecht"),
    *_places("Spain", "Southern Europe", "Málaga", "Madrid"),
)
AMERICA = (
    *_places("United States", "Northeast", "Boston", "New York", "Philadelphia"),
    *_places("United States", "Midwest", "Chicago", "Columbus", "Minneapolis"),
    *_places("United States", "South", "Atlanta", "Austin", "Raleigh"),
    *_places("United States", "West", "Denver", "Seattle", "San Diego"),
    *_places("Canada", "Canada", "Toronto", "Montréal"),
)


def company_names(rng: np.random.Generator, industries: list[str]) -> list[str]:
    """One name per industry given, none twice."""
    taken: set[str] = set()
    return [_new_company(rng, industry, taken) for industry in industries]


def _new_company(rng: np.random.Generator, industry: str, taken: set[str]) -> str:
    trades = TRADES[industry]
    while True:
        name = f"{STEMS[rng.integers(len(STEMS))]} {trades[rng.integers(len(trades))]}"
        if name not in taken:
            taken.add(name)
            return name


def person(rng: np.random.Generator) -> str:
    """First name and surname. Two people may share one, as in life."""
    first, last = rng.integers(len(FIRST_NAMES)), rng.integers(len(LAST_NAMES))
    return f"{FIRST_NAMES[first]} {LAST_NAMES[last]}"


def people(rng: np.random.Generator, count: int) -> list[str]:
    """`count` different people."""
    found: list[str] = []
    while len(found) < count:
        name = person(rng)
        if name not in found:
            found.append(name)
    return found
