"""Which category an electronics product belongs to, read from its type and title.

The icecat feed has no category; its titles name the kind of thing in set phrases ("toner
cartridge", "networking cable", "notebook case"). Rules are tried in order: things that are for
another thing (a case for a notebook) come before the thing itself.
"""

# ruff: noqa: E501 - one rule a line reads best, however long its pattern

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# (department, category, pattern over the lower-case title)
_RULES: tuple[tuple[str, str, str], ...] = (
    ("Services", "Warranty", r"warrant|support extension|care ?pack|\b\d ?-?y(?:ea)?rs?\b.*(?:on-?site|service|nbd|next ?bus)|\b\dy\b.*(?:hw|nbd|nextbus|supp)|service (?:guarantee|agreement|contract|plan)|garanti|extended service|installation service|exchange service|on-?site service|startup service|maintenance agreement"),
    ("Toys", "Toy", r"paw patrol|l\.o\.l\.|sylvanian|playmobil|monster jam|ses creative|aquabeads|spin master(?! games)"),
    ("Office", "Calculator", r"calculator"),
    ("Printers & Supplies", "Paper Tray", r"tray/feeder"),
    ("Photo & Video", "Camera Accessory", r"remote control.*camera|remote controller f|sport case|camera.*scrath"),
    ("Storage", "Drive Enclosure", r"hot ?swap tray"),
    ("Office", "Paper Cutter", r"paper cutter|spare blade"),
    ("Projectors", "Projector Accessory", r"projector (?:extension|ceiling|manager)"),
    ("Servers & Racks", "Environmental Monitor", r"netbotz"),
    ("Phones & Tablets", "Mobile Phone", r"^(?:lg|samsung|sony|nokia|hp) \S+ (?:\S+ ){0,2}\d(?:\.\d+)? cm \(\d(?:\.\d+)?\"\) \d+ g\b"),
    ("Home & Kitchen", "Laundry & Ironing", r"washing machine|tumble dryer|freestanding front-load"),
    ("Phones & Tablets", "Tablet Case", r"slim folio|folio black|tablet security enclosure|\b4vu\b"),
    ("Phones & Tablets", "Mobile Accessory", r"(?:phone|tablet|ipad).*\bstand\b|ventmount"),
    ("Tools", "Tool", r"tool kit|tool set|toolkit|toolset|\bcrimp"),
    ("Photo & Video", "Camera Accessory", r"neck strap|camera housing|camera cable|life-size converter|macro flash|pl-c b filter|\bm?m filter"),
    ("Computer Parts", "Computer Case", r"cooler master.*(?:computer case|tower)"),
    ("Computer Accessories", "Keyboard", r"cooler master.*keyboard"),
    ("Audio", "Speaker", r"docking entertainment"),
    ("Software", "Software Licence", r"e-icard|activation key"),
    ("Labels & Paper", "Label-Making Tape", r"^dymo (?:lt|ind|d1)\b|\bbrother (?:tc|dk|tz|m-?k)-?e?\d"),
    ("Printers & Supplies", "Printer Accessory", r"spindle|(?:transfer|exchange) roll|tractor|\bbelt\b|maintenance tank"),
    ("Office", "Writing Notebook", r"\bleitz\b.*notebook|post-it|writing notebook"),
    ("Computer Accessories", "Notebook Stand", r"notebook (?:stand|cooling|cooler)|cooling pad"),
    ("Computers", "Computer Spare Part", r"\bkbd\b|tower stand|screw|diskette drive|biometric"),
    ("Computers", "Docking Station", r"quickdock|cradle"),
    ("Bags & Cases", "Notebook Case", r"laptop roller|netbook bag"),
    ("Monitors", "Video Splitter", r"head2go"),
    ("Monitors", "Monitor", r"pavilion (?:w\d|2310i)"),
    ("Storage", "Hard Drive", r"\bsata hd\b|\bhd kit"),
    ("Cables", "Power Cable", r"230v cable"),
    ("Office", "Desk", r"sit stand|motorized mobile workstation"),
    ("Computer Accessories", "Mat", r"anti-static mat|anti static"),
    ("Computer Accessories", "Light", r"chat light"),
    ("Labels & Paper", "Label-Making Tape", r"label-?making tape|label(?:l)?ing tape|laminated tape|\bd1 (?:standard|tape|label)|tz-?e?\d|\brhino\b.*(?:tape|label)"),
    ("Labels & Paper", "Label Printer", r"label ?(?:printer|maker|writer|manager)|labelwriter \d|labelmanager \d"),
    ("Labels & Paper", "Label", r"\blabels?\b(?!.*printer)|self-adhesive|\bstickers?\b|badges?\b|inscription"),
    ("Labels & Paper", "Photo Paper", r"photo paper|photopapier|photo glossy|photo sheet"),
    ("Labels & Paper", "Plotter Paper", r"plotter paper|large format media|printing film|\bcanvas\b|proofing paper|art paper|banner paper|bond paper|coated paper|(?:satin|gloss|glossy|matte?|poster|fine art|inkjet|vellum|universal|adhesive|technical).*(?:paper|film|roll)|\bvinyl\b"),
    ("Printers & Supplies", "Fuser", r"\bfus(?:er|ing|or)\b"),
    ("Printers & Supplies", "Printer Drum", r"\bdrum\b|photoconductor|imaging unit|image unit|developer (?:unit|kit)"),
    ("Printers & Supplies", "Toner Cartridge", r"\btoner|print cartridge|laser cartridge"),
    ("Printers & Supplies", "Printer Maintenance", r"printer kit|maintenance kit|transfer (?:kit|belt|roller)|roller kit|waste (?:toner|ink)|cleaning kit|print ?head|feed(?:ing)? roller|separation pad"),
    ("Printers & Supplies", "Ink Cartridge", r"ink ?(?:cartridge|tank|stick|bottle|refill)|\bink\b|inkt|colou?rstix|singlepack|multipack|twin ?pack|tri-?pack|\bt\d{3,4}\w* .*(?:black|cyan|magenta|yellow)"),
    ("Printers & Supplies", "Printer Ribbon", r"ribbon|correction tape|lift-off tape"),
    ("Printers & Supplies", "Paper Tray", r"paper (?:tray|feeder|drawer|cassette)|tray & feeder|\b\d+[- ]sheet\b.*(?:drawer|tray|feeder|cassette)|sheet feeder|envelope feeder|input tray|media drawer"),
    ("Printers & Supplies", "Printer Accessory", r"printer/scanner spare|printer (?:cabinet|stand|accessor|memory|spare|upgrade)|spare part(?=.*print)|\bstapl|stacker|finisher|duplex(?:er| unit)|multi(?:function|functional) spare|output stacker|print server|postscript"),
    ("Bags & Cases", "Notebook Case", r"notebook (?:case|bag|sleeve|backpack)|laptop (?:case|bag|sleeve|backpack)|briefcase|messenger|backpack|sleeve case|(?:carrying|carry|topload|top load|slip) ?case|trolley|notepac|sleeve|\btoploader"),
    ("Phones & Tablets", "Phone Case", r"(?:mobile phone|smartphone|galaxy|iphone) ?.*(?:case|cover|holster|flip|wallet)|phone case"),
    ("Phones & Tablets", "Tablet Case", r"(?:tablet|ipad|e-?book reader).*(?:case|cover|folio)"),
    ("Phones & Tablets", "Screen Protector", r"screen protector|anti-glare"),
    ("Computer Accessories", "Privacy Filter", r"privacy (?:filter|screen)|display privacy"),
    ("Bags & Cases", "Camera Case", r"camera (?:case|bag|pouch)|\bcase for .*camera|equipment case"),
    ("Power", "Uninterruptible Power Supply", r"uninterruptible power|\bups\b(?!.*(?:battery|cable|card|kit|software))|smart-?ups|smartonline|back-?ups"),
    ("Power", "UPS Battery", r"ups batter|replacement battery cartridge|battery (?:pack|cabinet|module|cartridge|unit).*ups|\brbc\d+|symmetra.*battery|battery cabinet"),
    ("Power", "Notebook Battery", r"(?:notebook|laptop).*batter|batter.*(?:notebook|laptop)|notebook spare part battery|\d-?cell\b|cell (?:li|primary|battery)|travel battery|extended life battery|slice battery|mini battery"),
    ("Power", "Battery Charger", r"(?:battery|mobile device) ?charger|charging (?:station|dock)|\bcharger\b"),
    ("Power", "Power Bank", r"power ?bank|external battery"),
    ("Power", "Battery", r"\bbatter(?:y|ies)\b|\baccu\b|alkaline|lithium"),
    ("Power", "Power Distribution Unit", r"power distribution|\bpdu\b|power strip|power extension|outlet strip"),
    ("Power", "Surge Protector", r"surge (?:protector|suppressor|arrest)|surgearrest"),
    ("Power", "Power Adapter", r"power adapter|adapter/inverter|inverter|ac adapter|ac-?adapter|power supply adapter|poe (?:injector|adapter)|mains adapter|power injector"),
    ("Computer Parts", "Power Supply Unit", r"power supply|\bpsu\b|power module"),
    ("Cables", "Power Cable", r"power (?:cord|cable|lead)|\bcord\b.*(?:iec|nema|awg)|internal power|power y cable|mains (?:lead|cable)|nema .*c13|c13|c19 |power extension"),
    ("Cables", "Cable Management", r"cable (?:tie|organi[sz]er|manag|clamp|ring|tray|protector|lock\b.*tie|trunk|duct|guide|protection|ladder|clip|marker)|cable floor"),
    ("Computer Accessories", "Cable Lock", r"cable lock|(?:security|notebook|laptop|microsaver|combination|keyed).*\block\b|\block\b.*(?:security|kit)|port blocker"),
    ("Networking", "Patch Panel", r"patch panel|keystone|wall plate|wallplate|faceplate|wire connector|rj-?45 (?:connector|plug|jack)|modular (?:plug|jack)|outlet box|surface mount box"),
    ("Cables", "Cable Adapter", r"cable (?:gender changer|interface|splitter)|interface/gender|gender changer|\bcoupler|\bsplitter\b|video (?:cable )?adapter|(?:usb|dvi|hdmi|vga|displayport|rj-?\d+|db\d+|ps/2|audio|type-c|serial|sata|network|thunderbolt|sma|bnc|rca|mm)\S* .*\badapt[eo]r\b(?!.*(?:card|pci))|\bcable adapter|interface cards?/adapter(?=.*internal)|port (?:saver|extender)|to \S+ adapter"),
    ("Cables", "Network Cable", r"network(?:ing)? cable|patch (?:cable|cord|lead)|patchkabel|ethernet cable|\bcat\.? ?[3-8]\w*\b(?!.*(?:switch|panel|extender|kvm))|crossover|snagless|\butp\b|\bstp\b"),
    ("Cables", "Fibre Optic Cable", r"fib(?:er|re).*(?:cable|patch|duplex|simplex|multimode|lc|sc)|optic cable|\blc/|\bsc/|\bst/|multimode"),
    ("Cables", "HDMI Cable", r"hdmi.*(?:cable|m/m|\bft\b|\bm\b)|high speed hdmi"),
    ("Cables", "DisplayPort Cable", r"display ?port.*(?:cable|m/m)|mdp cable"),
    ("Cables", "DVI Cable", r"dvi.*(?:cable|m/m|m/f)"),
    ("Cables", "VGA Cable", r"(?:vga|svga|sxga|hd-?15|uxga|d-sub|monitor).*(?:cable|m/m|m/f)(?!.*kvm)"),
    ("Cables", "KVM Cable", r"kvm.*(?:cable|kit\b.*ft)"),
    ("Cables", "USB Cable", r"usb.*(?:cable|a/b|a-b|extension|\bm/m\b)"),
    ("Cables", "Audio Cable", r"(?:audio|stereo|toslink|rca|3\.5 ?mm|speaker|xlr|microphone).*(?:cable|m/m|m/f|cord)|speaker wire"),
    ("Cables", "Video Cable", r"(?:video|coax|component|composite|s-video|scart|bnc|rf|f-type|rg-?\d+).*(?:cable|m/m|m/f)|scart"),
    ("Cables", "SATA Cable", r"(?:e?sata|sas|scsi|ide|ata|floppy).*cable"),
    ("Cables", "Serial Cable", r"(?:serial|db-?\d+|rs-?\d+|null modem|ps/2|parallel|centronics|db9).*(?:cable|m/m|m/f)"),
    ("Cables", "FireWire Cable", r"(?:firewire|ieee ?-?1394).*(?:cable)?"),
    ("Cables", "Telephone Cable", r"(?:telephone|phone|modular|rj-?11|rj-?12|handset).*(?:cable|cord)"),
    ("Networking", "KVM Switch", r"\bkvm\b|console (?:switch|extender|server)|av extender|ps/2 switch"),
    ("Networking", "Switch", r"(?:network|ethernet|gigabit|managed|unmanaged|smart|poe|port|l2|l3|procurve|fast).*switch\b|switch .*(?:managed|gigabit|port|ethernet)|\bunmanaged\b|\bmanaged\b|network switch"),
    ("Networking", "Router", r"\brouter\b|gateway|firewall|hotspot"),
    ("Networking", "Access Point", r"access point|wlan access|\bwi-?fi extender|range extender|network (?:repeater|extender|antenna)|antenna|bridge & repeater|powerline|homeplug"),
    ("Networking", "Media Converter", r"media converter|transceiver|\bsfp|\bgbic|xfp"),
    ("Networking", "Network Card", r"network(?:ing)? (?:card|adapter|interface|management)|ethernet (?:card|adapter)|\bnic\b|host bus adapter|\bhba\b|management card|server adapter|wireless (?:adapter|card)|bluetooth adapter|\bmodem\b"),
    ("Computers", "Docking Station", r"dock(?:ing)? ?station|port replicator|\bdock\b"),
    ("Computer Accessories", "Monitor Mount", r"(?:flat|tv|monitor|lcd|display|screen|panel|wall|ceiling|projector|desk|arm|pole|column)\b.*\b(?:mount|arm|bracket|stand|cart)\b(?!.*pixels)|mount(?:ing)? (?:kit|accessory|bracket)|flat panel (?:acc|desk|mount|arm|bracket)|articulating|cpu holder"),
    ("Projectors", "Projector Lamp", r"projector lamp|lamp.*projector|replacement lamp|\blamp module"),
    ("Projectors", "Projection Screen", r"projection screen|projector screen"),
    ("Projectors", "Projector Accessory", r"projector (?:lens|accessor|mount|filter)|projection lens|air filter"),
    ("Projectors", "Projector", r"\bprojector\b|beamer|ansi lumens|lumens"),
    ("Photo & Video", "Camera Accessory", r"camera (?:filter|accessor|kit|strap|mount|flash)|lens (?:cap|hood|filter|adapter|case)|\btripod|eyepiece|viewfinder|extension tube|camera lens adapter|\bflash\b.*(?:speedlite|ring|camera)|speedlite|eyecup|focusing screen"),
    ("Photo & Video", "Camera Lens", r"camera lens|\blens\b|\bf/\d|\bef(?:-s)? ?\d"),
    ("Photo & Video", "Webcam", r"web ?cam"),
    ("Photo & Video", "Security Camera", r"(?:security|ip|network|cctv|surveillance|dome|sensor).*camera|\bcctv"),
    ("Photo & Video", "Camcorder", r"camcorder|video camera|handycam|blu-ray handycam"),
    ("Photo & Video", "Camera", r"\bcamera\b|\bslr\b|powershot|coolpix|cyber-?shot|ixus|\beos\b|dslr|megapixel"),
    ("Photo & Video", "Photo Frame", r"photo frame|photoframe|picture frame"),
    ("Servers & Racks", "Rack Accessory", r"rack (?:accessor|console|shelf|mount|kit|cabinet door|rail|equipment)|rack-?mount|rail kit|(?:blank|blanking|filler|side|cover|bezel|carrier|security cover) panel|rails\b|cage nut|castors?|rack .*\b(?:kit|panel|fan|roof|door|shelf)\b|air (?:distribution|removal)|enclosure .*kit|netshelter.*(?:kit|door|roof|shelf|panel|trough|partition)"),
    ("Servers & Racks", "Rack Cabinet", r"\brack (?:cabinet|enclosure)|freestanding rack|wall[- ]mount(?:ed|able)? .*rack|netshelter|smartrack|\b\d+u\b.*(?:rack|cabinet|enclosure)|server cabinet|open frame|\benclosure\b.*\bu\b"),
    ("Servers & Racks", "Environmental Monitor", r"netbotz|environmental|temperature sensor|humidity sensor|sensor\b|power monitor"),
    ("Servers & Racks", "Cooling Unit", r"air conditioner|inrow|condenser|cooling unit|rack cooling|chiller"),
    ("Computer Parts", "Processor Cooler", r"computer cooling|\bcooler\b|heat ?sink|cooling (?:component|fan|kit)|\bfan\b(?!.*household)|thermal (?:paste|compound|grease)|radiator"),
    ("Computer Parts", "Graphics Card", r"graphics card|geforce(?! .*(?:windows|notebook))|radeon(?! .*(?:windows|notebook))|\bquadro\b(?!.*(?:windows|gb ddr))|\bfirepro|\bgddr\d"),
    ("Computer Parts", "Motherboard", r"motherboard|mainboard|\b(?:micro|mini|flex|extended)?[- ]?(?:atx|itx|btx)\b(?!.*(?:case|tower|\bw\b))|server/workstation motherboard|\bserver board|lga \d+.*atx|socket (?:am|\d)"),
    ("Storage", "Memory Card", r"memory card|micro ?sd|\bsdhc|\bsdxc|compact ?flash|memory stick|secure digital|mmc card|xd-picture|\bcf card"),
    ("Storage", "USB Flash Drive", r"usb flash drive|flash drive|usb stick|datatraveler|usb key\b|jetflash|store '?n'? go.*usb|pen ?drive"),
    ("Computer Parts", "Memory Module", r"memory module|\b(?:so-?|u-?|r-?|fb-?)?dimm\b|\bddr\d?\b(?!.*(?:windows|hdd|ssd|notebook|intel®|amd|\bpc\b))|sdram(?!.*(?:windows|hdd|ssd|notebook|intel®|amd|\bpc\b))|memory (?:kit|expansion|upgrade)|\bmemory\b.*\bmhz"),
    ("Storage", "Tape Cartridge", r"tape (?:cartridge|media)|blank data tape|data cartridge|\blto\b.*(?:cartridge|tape)|ultrium.*(?:cartridge|data)|\bdds\b.*cartridge|blank video tape|video cassette|audio/video cassette|blank.*cassette|cleaning (?:cartridge|media)|sdlt|\bdlt\b"),
    ("Storage", "Tape Drive", r"tape (?:drive|array|auto ?loader|library)|autoloader|ultrium|storageworks.*(?:dat|lto)|\bdat ?\d+"),
    ("Storage", "Blank Disc", r"\b(?:cd|dvd|bd)[-+]r\w?(?:\b|w)(?!.*(?:drive|windows|gb ddr|writer|bus))|dvd-ram(?!.*drive)|blank (?:cd|dvd|blu|disc)|blu-ray disc|lightscribe(?!.*drive)"),
    ("Storage", "Disc Storage", r"(?:cd|dvd|disc|optical).*(?:case|sleeve|jewel|wallet|pocket|storage)|jewel case"),
    ("Storage", "Optical Drive", r"optical disc drive|(?:dvd|cd|blu-?ray).*(?:drive|burner|writer|rom)\b(?!.*windows)"),
    ("Storage", "Drive Enclosure", r"storage drive (?:enclosure|docking|case)|(?:hdd|ssd|hard drive|drive).*(?:enclosure|docking|caddy|tray|bay|cage|carrier)|drive bay|bezel panel|disk array|storage enclosure|mobile rack"),
    ("Storage", "Network Storage", r"\bnas\b|network storage|terastation|linkstation|storage server|san storage|\bmsa\d"),
    ("Storage", "External Hard Drive", r"external hard drive|external (?:hdd|hard)|portable hard|external solid"),
    ("Storage", "SSD", r"\bssd\b(?!.*(?:windows|ddr|notebook|intel®|\bpc\b|wi-?fi))|solid[- ]state (?:drive|disk)|\bnvme\b|\bmlc\b"),
    ("Storage", "Hard Drive", r"hard (?:disk|drive)|\bhdd\b(?!.*(?:windows|ddr|notebook|\bpc\b|intel®|chassis bay))|internal hard|\b\d+ ?rpm|\b(?:7200|5400|10k|15k)\b|serial ata|\bsas\b.*\bgb\b|\bscsi\b.*\bgb\b|\bgb\b.*\b(?:sata|sas|scsi)"),
    ("Storage", "Storage Controller", r"raid|(?:scsi|sata|sas|ide|storage) (?:controller|card|adapter)|smart array"),
    ("Computer Parts", "Interface Card", r"interface cards?|(?:pci|pci-?e|pci express|pcmcia|expresscard|usb|firewire|serial).*(?:card|controller)|adapter card|riser|slot expander|card adapter"),
    ("Computer Accessories", "USB Hub", r"\bhub\b"),
    ("Computer Accessories", "Card Reader", r"card reader|reader.*(?:usb|smart)|smart card"),
    ("Computer Accessories", "Keyboard Accessory", r"keyboard (?:cover|drawer|tray|accessor|platform)|key ?pad|wrist rest|wrist-rest|foot ?rest|numeric keypad|copy ?holder|input device accessor"),
    ("Computer Accessories", "Mouse Pad", r"mouse ?pad|mouse mat|mousepad"),
    ("Computer Accessories", "Presenter", r"presenter|laser pointer"),
    ("Computer Accessories", "Keyboard", r"keyboard|qwert[yz]|azerty|tastatur|desktop set|multimedia desktop"),
    ("Computer Accessories", "Mouse", r"\bmouse\b|\bmice\b|trackball|graphic tablet|touch ?pad"),
    ("Gaming", "Game Controller", r"game ?pad|joystick|gaming control|steering wheel|controller.*(?:xbox|playstation|nintendo)"),
    ("Audio", "Headset", r"headset|hands-?free"),
    ("Audio", "Headphones", r"headphone|earphone|earbud|in-ear|neckband"),
    ("Audio", "Microphone", r"microphone"),
    ("Audio", "Speaker", r"speaker|sound ?bar|subwoofer|loudspeaker|docking speaker"),
    ("Audio", "MP3 Player", r"mp3|mp4|gogear|walkman|ipod|audio player|digital media player|media player"),
    ("Audio", "Dictation Recorder", r"dictaphone|voice recorder|dictation|pocket memo|transcription"),
    ("Audio", "Radio", r"\bradio\b|clock radio|alarm clock|cd soundmachine|boombox|cd player"),
    ("Audio", "Home Audio System", r"home audio|micro (?:hi-?fi )?(?:system|music)|mini (?:hi-?fi )?system|home (?:cinema|theat)|hi-?fi|av receiver|amplifier|stereo (?:tuner|system)|audio (?:mixer|turntable)|turntable"),
    ("TV & Video", "Remote Control", r"remote control"),
    ("TV & Video", "DVD Player", r"dvd[ -](?:player|recorder)|blu-?ray[ -](?:player|disc player)|dvd/|divx|vcr|set-?top|digital video recorder"),
    ("TV & Video", "AV Switch", r"video (?:switch|splitter|line|server|converter|scaler|distribution)|av (?:transmitter|receiver|repeater|switch)|matrix switch|signal converter|video capture|tv tuner|transmitter & receiver|extender"),
    ("TV & Video", "TV", r"\btv\b|television|ambilight|flat ?tv"),
    ("Phones & Tablets", "Telephone", r"\btelephone|dect|cordless phone|ip phone|conference phone|voip|answering machine|handset|fax(?! (?:cart|ribb))"),
    ("Phones & Tablets", "Smartphone", r"smart ?phone|dual sim|\b[345]g\b.*mah|galaxy [sajmn]\w*\d|iphone|mobile phone(?! .*(?:case|holder|charger))|huawei p\d|moto g"),
    ("Phones & Tablets", "Mobile Accessory", r"mobile (?:phone|device)|stylus|selfie|smartwatch|activity tracker|wearable|car kit|e-?book reader"),
    ("Phones & Tablets", "Tablet", r"\btablet\b(?! pc accessor)|ipad|mediapad|galaxy tab|android \d.*tablet"),
    ("Computers", "Computer Spare Part", r"(?:notebook|laptop|computer|pc|server|tablet)? ?spare part|notebook accessory|keyboard kit|bezel"),
    ("Computers", "Server", r"\bserver\b(?!.*(?:case|cabinet|memory|rack acc|software))|proliant|poweredge|\bblade|xeon(?!.*processor)(?=.*\bgb\b)|superserver|system x|server barebone"),
    ("Computers", "Thin Client", r"thin ?client"),
    ("Computers", "Notebook", r"notebook(?! (?:case|stand|spare|acc|arm|dock|screw))|laptop(?! (?:case|stand|dock|cart))|chromebook|hybrid \(2-in-1\)|netbook|ultrabook|macbook|thinkpad|probook|elitebook|zenbook|vivobook|ideapad|latitude|vostro \d|aspire \d|travelmate|mobile workstation|toughbook|satellite|vaio|matebook"),
    ("Computers", "Workstation", r"workstation|\bxw\d{4}|precision t?\d|\bz[248]\d{2}\b"),
    ("Computers", "Desktop PC", r"\bpc\b(?!.*(?:case|usb|camera|mic|speak|card))|desktop(?!.*(?:case|rack))|mini ?tower(?!.*\bw$)|micro ?tower|\bsff\b|\busdt\b|all-in-one(?!.*print)|small form factor|optiplex|thinkcentre|veriton|\bdc\d{4}|\bnuc\b|barebone|pavilion [a-z]?\d|compaq (?:pro|elite|dx|d\d)|imac|pro \d{4}"),
    ("Computer Parts", "Processor", r"\bprocessor\b|\bcpu\b|\bxeon\b|core.*(?:i\d-|duo|quad)|pentium|celeron|opteron"),
    ("Computer Parts", "Computer Case", r"computer case|chassis|\btower\b|low profile \(slimline\)|\brack\b.*\b\d+ w\b|\bmidi|\bsc\d{3}"),
    ("Printers & Supplies", "Large Format Printer", r"large format printer|designjet|plotter|imageprograf|stylus pro"),
    ("Printers & Supplies", "Scanner", r"scanner|scanjet|scansnap|flatbed|sheet-?fed"),
    ("Printers & Supplies", "Bar Code Reader", r"bar ?code|scan engine"),
    ("Printers & Supplies", "POS Printer", r"pos printer|receipt|dot matrix|\btm-[a-z]\d+"),
    ("Printers & Supplies", "Printer", r"printer|laserjet|officejet|deskjet|photosmart|workcentre|phaser|multifunction(?:al)?|\bdpi\b|\bppm\b|copier|\bmfp\b|pixma|stylus|colorqube|copycentre|i-sensys|ecosys|\bmfc-|\bdcp-"),
    ("Phones & Tablets", "Handheld Computer", r"handheld mobile computer|\bipaq\b|\bpda\b"),
    ("Monitors", "Monitor", r"monitor|\blcd\b|\bled display|computer screen|public display|signage|\bdisplay\b.*\bcm\b|\d+ x \d+ pixels|widescreen"),
    ("Home & Kitchen", "Coffee Maker", r"coffee|espresso|senseo|kettle|milk frother"),
    ("Home & Kitchen", "Vacuum Cleaner", r"vacuum|exhaust filter|dust ?bag|s-bag|hepa"),
    ("Home & Kitchen", "Kitchen Appliance", r"blender|mixer|toaster|juicer|fryer|food processor|grill|cooker|microwave|fridge|refrigerator|freezer|oven\b|dishwasher|ice cream|steamer|slicer|kitchen|hood\b|\bhob\b|chopper|waffle"),
    ("Home & Kitchen", "Laundry & Ironing", r"\biron\b|ironing|washing machine|dryer.*kg|tumble|laundry"),
    ("Personal Care", "Hair & Beauty", r"hair ?(?:dryer|clipper|cut|straight|curl|trimmer)|straighten|hot air brush|curling|epilator|nail|manicure|beauty|body groom|makeup"),
    ("Personal Care", "Shaver", r"shav(?:er|ing)|trimmer|beard|\bfoil"),
    ("Personal Care", "Oral Care", r"tooth ?brush|sonicare|oral|brush head|dental"),
    ("Personal Care", "Health Device", r"thermometer|scale\b|blood pressure|wake-up light|massag|light therapy|breast|bottle|teat|soother|pacifier|baby monitor|steriliz|nipple"),
    ("Home & Kitchen", "Heating & Air", r"\bheater|air (?:purifier|humidifier)|humidifier|household.*fan|air treatment"),
    ("Home & Kitchen", "Lighting", r"\blamp\b|\bbulb|lighting|luminaire|flashlight|torch|\blight\b|spot\b"),
    ("Toys", "Doll", r"\bdoll|barbie|baby annabell|baby born"),
    ("Toys", "Puzzle", r"puzzle|jigsaw"),
    ("Toys", "Board Game", r"board game|card game|\bgame\b(?!.*(?:console|controller))"),
    ("Gaming", "Video Game", r"video game|playstation|xbox|nintendo|\bwii\b|gaming console"),
    ("Toys", "Toy", r"\btoy\b|\btoys\b|play ?set|figure|plush|craft kit|paw patrol|bakugan|kinetic sand|hatchimal|playhouse|lego|learning|dragons?\b|kids'? "),
    ("Software", "Software", r"software|\blicen[cs]e|\blic\b|upgrade \d|windows (?:server|7|8|10|xp)|antivirus|\bcal\b|office \d{4}|update|subscription|openview|\be-?ltu\b|media (?:kit|lic)"),
    ("Office", "Calculator", r"calculator"),
    ("Office", "Shredder", r"shredder"),
    ("Office", "Laminator", r"laminat|binder|binding|hole punch|paper cutter|trimmer"),
    ("Labels & Paper", "Paper", r"\bpaper\b|\bcards?\b(?=.*(?:sheets|mm|pcs))|envelope|greeting|business card|transparenc|overhead|\bfilm\b|\bsheets\b"),
    ("Office", "Office Supplies", r"\bfile\b|folder|document|whiteboard|marker|\bpen\b|pencil|\bdesk\b|chair|tape\b|hook|binding|index|album|glue|adhesive|scissors|organi[sz]er|eraser|stamp|signs?\b"),
    ("Cables", "Cable", r"\bcables?\b|\bkabel|\bcord\b|\blead\b|\bm/m\b|\bm/f\b|\bf/f\b|\bwire\b"),
    ("Cables", "Connector", r"connector|terminator|\bplug\b|\bjack\b|terminal"),
    ("Tools", "Tool", r"tool|tester|crimp|screw|cleaning|cleaner|wipes|compressed air|duster"),
    ("Computer Accessories", "Stand", r"\bstand\b|\bmount\b|bracket|holder|\bcart\b|\barm\b|shelf|cabinet"),
    ("Computer Accessories", "Adapter", r"adapt[eo]r|converter"),
    ("Networking", "Switch", r"\bswitch\b"),
    ("Computer Parts", "Interface Card", r"\bcard\b|\bcontroller\b|\bmodule\b"),
    ("Computer Accessories", "Case", r"\bcase\b|\bcover\b|\bbag\b|\bpouch\b"),
    ("Computer Accessories", "Upgrade Kit", r"\bkit\b|\bupgrade\b|\baccessor|\bspare|replacement"),
)  # fmt: skip
_COMPILED = tuple((dept, name, re.compile(pattern)) for dept, name, pattern in _RULES)
_DEPARTMENT = {name: dept for dept, name, _ in _RULES}

# The feed's own type, lower case -> category, where the type says it all.
_TYPES = {
    "processor": "Processor",
    "notebook": "Notebook",
    "chromebook": "Notebook",
    "netbook": "Notebook",
    "hybrid (2-in-1)": "Notebook",
    "mobile workstation": "Notebook",
    "headphones": "Headphones",
    "headset": "Headset",
    "desktop board": "Motherboard",
    "server/workstation board": "Motherboard",
    "network interface card": "Network Card",
    "workstation": "Workstation",
    "all-in-one pc": "Desktop PC",
    "mini pc (<= 3l)": "Desktop PC",
    "mini pc (<= 3l) barebone": "Desktop PC",
    "chassis": "Computer Case",
    "raid": "Storage Controller",
    "tabletop router": "Router",
    "portable router": "Router",
    "drip coffee maker": "Coffee Maker",
    "pod coffee machine": "Coffee Maker",
    "espresso machine": "Coffee Maker",
    "stereo portable speaker": "Speaker",
    "desktop projector": "Projector",
    "portable projector": "Projector",
    "ceiling-mounted projector": "Projector",
    "flat panel mount arm": "Monitor Mount",
    "keyboard cover": "Keyboard Accessory",
    "maintenance kit": "Printer Maintenance",
    "transfer kit": "Printer Maintenance",
    "roller kit": "Printer Maintenance",
    "on-site": "Warranty",
    "pick-up&return": "Warranty",
    "carry-in": "Warranty",
    "jigsaw puzzle": "Puzzle",
    "cd-r": "Blank Disc",
    "cd-rw": "Blank Disc",
    "dvd-r": "Blank Disc",
    "dvd+r": "Blank Disc",
    "dvd-rw": "Blank Disc",
    "dvd+rw": "Blank Disc",
    "dvd+r dl": "Blank Disc",
    "freestanding rack": "Rack Cabinet",
    "wall mounted rack": "Rack Cabinet",
    "mp3 player": "MP3 Player",
    "mp4 player": "MP3 Player",
    "cooler": "Processor Cooler",
    "fan": "Processor Cooler",
    "fax ribbon": "Printer Ribbon",
    "pos printer": "POS Printer",
    "dect telephone": "Telephone",
    "desk-mounted cpu holder": "Monitor Mount",
    "frameless display privacy filter": "Privacy Filter",
    "framed display privacy filter": "Privacy Filter",
    "home audio micro system": "Home Audio System",
}


def categorize(row: Mapping[str, Any], title: str, description: str) -> tuple[str, str]:
    """(leaf category, path joined by " / ") of an icecat row; ("", "") where nothing tells."""
    text = title.casefold().replace("pc(s)", "")
    name = ""
    for field in ("attr_t_product_type", "attr_t_type"):
        value = row.get(field)
        if isinstance(value, str):
            name = name or _TYPES.get(value.casefold(), "")
    if not name and isinstance(row.get("attr_t_processor_socket"), str):
        # Titles of bare processors and boards often hold no more than a part number.
        if " processor" in text and "gb " not in text:
            name = "Processor"
        elif "motherboard" in text:
            name = "Motherboard"
    if not name and row.get("attr_t_type") in ("Original", "Compatible"):
        # Cartridges: the words of the title first, then the yields, never the rest of the rules.
        supplies = _by_rules(text)
        if _DEPARTMENT.get(supplies) in ("Printers & Supplies", "Power", "Storage"):
            name = supplies
        else:
            name = _by_supplies(row)
    name = name or _by_attributes(row, text) or _by_rules(text)
    if not name:
        name = _by_supplies(row) or _by_rules(description.casefold().replace("pc(s)", ""))
    return (name, f"{_DEPARTMENT[name]} / {name}") if name else ("", "")


def _by_rules(text: str) -> str:
    return next((name for _, name, pattern in _COMPILED if pattern.search(text)), "")


def _by_attributes(row: Mapping[str, Any], text: str) -> str:
    """A computer is told by what is in it, whatever its model is called."""
    if "attr_t_battery_technology" in row and "attr_n_display_diagonal" not in row:
        return ""
    if "attr_n_display_diagonal" in row and "attr_n_internal_memory" in row:
        if "android" in text or " sim " in text:
            return "Smartphone" if row_number(row, "attr_n_display_diagonal") < 7 else "Tablet"
        if "attr_t_processor_family" in row and not re.search(r"print|\bpc\b|\bdpi\b", text):
            return "Notebook"
    return ""


def row_number(row: Mapping[str, Any], field: str) -> float:
    """The number of `field`, 0.0 where it is none."""
    value = row.get(field)
    try:
        return 0.0 if isinstance(value, bool) or value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _by_supplies(row: Mapping[str, Any]) -> str:
    """Supplies are often titled by number and colour alone; their yields and inks tell them."""
    if any(
        field in row
        for field in ("attr_n_black_toner_page_yield", "attr_n_colour_toner_page_yield")
    ):
        return "Toner Cartridge"
    if "attr_t_ink_type" in row:
        return "Ink Cartridge"
    if "attr_t_printing_colours" in row:
        laser = "laser" in str(row.get("attr_t_print_technology", "")).casefold()
        return "Toner Cartridge" if laser else "Ink Cartridge"
    if "attr_n_cable_length" in row:
        return "Cable"
    return ""
