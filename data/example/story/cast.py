"""Who is in the example: made-up people and businesses, and the seeded dice that choose among them."""

import random
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

DICE = random.Random(20260930)

NAMES = (  # given names and family names that go together; one in eight people in London mixes them
    ("Alice Callum Philippa Graham Rosalind Edmund Bethany Duncan Imogen Stuart Harriet Neil Marjorie Trevor",
     "Ashdown Birtwhistle Cropper Dunmore Eastaugh Fallowfield Garside Hebden Ingleby Kershaw Loxley Murgatroyd"),
    ("Ifeoma Tunde Folake Emeka Adaeze Kwabena Abena Yaw Ngozi Segun Akosua Kofi",
     "Adeyemi Balogun Chukwu Boateng Okonjo Ofori Nwachukwu Sarpong Oyelaran Asamoah"),
    ("Farah Imran Nasreen Bilal Shabnam Tariq Aaliyah Rukhsana Usman Mehwish",
     "Siddiqui Chaudhry Rahman Qureshi Begum Mirza Bhatti Hossain Akhtar Miah"),
    ("Priya Rohan Anjali Vikram Meera Sanjay Kavita Harpreet Gurdeep Deepa",
     "Ramanathan Deshpande Sandhu Bhattacharya Vaghela Iyer Grewal Sivakumar Mistry Lakhani"),
    ("Łukasz Agnieszka Andrei Ioana Katarzyna Piotr Mihai Daina Jelena Zsófia",
     "Wójtowicz Zielonka Munteanu Dobrescu Kazlauskaite Petrovska Halász Nowicki Ozols Bielak"),
    ("Mei Jun Siew Hao Linh Minh Yuki Haruto Soo-Jin Wai",
     "Cheung Ng Phan Tsang Okabe Hwang Leung Truong Murase Kwok"),
    ("Zoë Marcia Delroy Winston Shanice Leroy Yvonne Tyrone Claudette Jermaine",
     "Clarke-Bryan Gayle Peart Lindo Campbell-Reid Samuels Thorpe Braithwaite Pinnock Francis"),
    ("Elif Mehmet Leyla Kerem Despina Stavros Nadia Karim Samira Yusuf",
     "Çelikoğlu Karaca Demirtaş Georgallis Papadakis Haddad Benhaddou Abdi Warsame Mansour"),
    ("Siobhán Declan Niamh Cormac Gráinne Padraig Rhiannon Gethin Catriona Hamish",
     "O'Dowd Mulcahy Prendergast Llewelyn Pryce Cadwallader McAllister Geraghty Strachan Urquhart"),
    ("Inés Thiago Beatriz Mateus Luciana Rafael Camila Joaquín Chiara Matteo",
     "Figueiredo Restrepo Albuquerque Quiroga Teixeira Marchetti Villalobos Brandão Caruso Montoya"),
)  # fmt: skip

BUSINESSES = (
    "Hollybank Florists", "Copperfinch Joinery", "Larkmead Yoga Studio", "Quillfeather Translations",
    "Tidewell Plumbing", "Emberlow Catering", "Pennyroyal Herbal Teas", "Thistlecroft Interiors",
    "Wrenhithe Cycles", "Saltmarket Ceramics", "Mulberry Row Nurseries", "Fennelbrook Kitchens",
    "Oddfellow Lane Records", "Cobblewick Shoe Repairs", "Juniper & Slate Architects", "Marlpit Stonemasonry",
    "Brindlecombe Dog Grooming", "Lanternfish Films", "Hatchling Nursery Supplies", "Peckwater Bookbinders",
    "Rushlight Electrical", "Silverdrift Dry Cleaning", "Appletrace Accountancy Training", "Moorgreen Upholstery",
    "Kestrelhaven Removals", "Tansy & Thyme Bakery", "Bluegate Language School", "Wickerfold Baskets",
    "Chalkstream Anglers", "Duskwood Lighting", "Foxlinen Laundry", "Greywether Roofing",
    "Honeysuckle Yard Florals", "Ivorybeam Dental Supplies", "Jackdaw Print Works", "Nettlebed Gardens",
    "Orchardlea Childrenswear", "Plumtree Passage Coffee", "Redshank Surveyors", "Sorrelfield Catering Hire",
    "Tollgate Wheelworks", "Umberline Decorators", "Vetchling Design", "Whistledown Tours",
)  # fmt: skip
CHARITIES = (
    "Brockmere Community Kitchen", "Lea Bank Befriending", "Friends of Hazelwick Green",
    "Southmere Toy Library", "Elmsbridge Tenants' Hall", "Marsh Lane Young Readers",
)  # fmt: skip
LEGAL_FORMS = {"Ltd": " Ltd", "Limited company": " Limited", "LLP": " LLP"}
KINDS = {  # how many of each there are among the ordinary clients
    "Individual": 44, "Sole trader": 22, "Ltd": 24, "Limited company": 6, "Partnership": 5, "LLP": 3, "CIO": 3,
    "Unincorporated charity": 3,
}  # fmt: skip
HOSTS = ("example.com", "example.co.uk", "mail.example.com", "post.example.co.uk", "home.example.com")


def plain(text: str) -> str:
    """Return a name as it stands in an address: small letters without accents."""
    text = text.translate(str.maketrans("łŁøØ", "lLoO"))
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text).lower())


def people() -> Iterator[tuple[str, str]]:
    """Yield given and family name of one new person after another."""
    met = set()
    while True:
        given, family = DICE.choice(NAMES)[0], DICE.choice(NAMES)[1]
        if DICE.random() > 1 / 8:
            given, family = DICE.choice(NAMES)
        person = DICE.choice(given.split()), DICE.choice(family.split())
        if person not in met:
            met.add(person)
            yield person


def address_of(given: str, family: str) -> str:
    """Return a private address."""
    first, last = plain(given), plain(family)
    local = DICE.choice(
        (f"{first}.{last}", f"{first[0]}.{last}", f"{first}{last}", f"{last}.{first}", f"{first}_{last}")
    )
    return f"{local}@{DICE.choice(HOSTS)}"


def some_day(first: date, last: date) -> date:
    """Return some day between two days, neither at a weekend nor at Christmas."""
    return max(working_day(first + timedelta(days=DICE.randint(0, (last - first).days))), first)


def working_day(day: date) -> date:
    """Return the day, or the last one before it that is neither at a weekend nor at Christmas."""
    while day.weekday() > 4 or (day.month, day.day) in {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)}:
        day -= timedelta(days=1)
    return day
