"""Short curated lists about mailboxes: free and disposable providers, function addresses, common slips.

Curated by hand: a list of thousands ages within weeks and errs on real companies. These name the providers that make up
nearly all such addresses in practice; a verifying vendor knows the long tail.
"""

from __future__ import annotations

from leadenrich.clean.text import words

FREE = words(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com yahoo.com ymail.com
    rocketmail.com myyahoo.com aol.com aim.com icloud.com me.com mac.com protonmail.com protonmail.ch proton.me
    pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me zoho.com zohomail.com zohomail.eu
    mail.com email.com usa.com fastmail.com fastmail.fm hushmail.com hey.com duck.com gmx.com gmx.de gmx.net
    gmx.at gmx.ch gmx.eu gmx.fr gmx.us gmx.co.uk web.de freenet.de t-online.de arcor.de online.de mail.de email.de
    posteo.de posteo.net mailbox.org 1und1.de vodafone.de o2online.de kabelmail.de unitybox.de ewetel.net
    bluewin.ch sunrise.ch hispeed.ch swissonline.ch aon.at chello.at a1.net orange.fr wanadoo.fr free.fr
    laposte.net sfr.fr neuf.fr bbox.fr numericable.fr club-internet.fr aliceadsl.fr libero.it virgilio.it alice.it
    tin.it tiscali.it inwind.it iol.it email.it fastwebnet.it poste.it teletu.it vodafone.it telefonica.net
    terra.es wanadoo.es ono.com telenet.be skynet.be proximus.be pandora.be scarlet.be ziggo.nl kpnmail.nl
    kpnplanet.nl planet.nl hetnet.nl xs4all.nl home.nl casema.nl quicknet.nl upcmail.nl sapo.pt clix.pt netcabo.pt
    iol.pt btinternet.com btopenworld.com ntlworld.com virginmedia.com blueyonder.co.uk sky.com talktalk.net
    tiscali.co.uk o2.co.uk eircom.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
    charter.net earthlink.net juno.com netzero.net optonline.net frontier.com centurylink.net windstream.net
    roadrunner.com rr.com mindspring.com sympatico.ca bell.net rogers.com shaw.ca telus.net videotron.ca
    bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au ozemail.com.au xtra.co.nz uol.com.br
    bol.com.br terra.com.br ig.com.br globo.com globomail.com r7.com zipmail.com.br oi.com.br mail.ru inbox.ru
    list.ru bk.ru internet.ru xmail.ru yandex.ru yandex.com ya.ru yandex.ua yandex.by yandex.kz rambler.ru
    lenta.ru ukr.net i.ua meta.ua bigmir.net tut.by wp.pl o2.pl onet.pl onet.eu op.pl interia.pl interia.eu
    poczta.onet.pl poczta.fm gazeta.pl tlen.pl vp.pl autograf.pl seznam.cz email.cz post.cz centrum.cz volny.cz
    atlas.cz azet.sk centrum.sk zoznam.sk post.sk freemail.hu citromail.hu indamail.hu t-online.hu abv.bg mail.bg
    dir.bg net.hr siol.net mail.ee hot.ee inbox.lv inbox.lt one.lt walla.co.il walla.com 013net.net
    netvision.net.il bezeqint.net mynet.com ttmail.com superonline.com qq.com foxmail.com 163.com 126.com 139.com
    yeah.net sina.com sina.cn sohu.com aliyun.com 21cn.com tom.com 189.cn wo.cn vip.qq.com vip.163.com naver.com
    daum.net hanmail.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp au.com nifty.com
    biglobe.ne.jp so-net.ne.jp ocn.ne.jp rediffmail.com indiatimes.com sify.com in.com pacific.net.sg
    singnet.com.sg starhub.net.sg pchome.com.tw hinet.net yam.com netvigator.com telia.com bredband.net spray.se
    passagen.se comhem.se telenor.no online.no frisurf.no mail.dk jubii.dk get2net.dk tdcadsl.dk kolumbus.fi
    luukku.com suomi24.fi pp.inet.fi elisanet.fi saunalahti.fi otenet.gr in.gr forthnet.gr maktoob.com lycos.com
    excite.com mail2world.com inbox.com runbox.com mailfence.com disroot.org riseup.net skiff.com startmail.com
    countermail.com kolabnow.com
    """
)

_YAHOO = words(
    """
    ca fr de it es se dk no nl gr pl ro ie at be in cn ch pt co.uk co.jp co.in co.kr co.id co.th co.nz co.za com.br
    com.mx com.ar com.au com.sg com.hk com.tw com.ph com.my com.vn com.tr com.co com.pe com.ve com.cn
    """
)
_MICROSOFT = words(
    """
    ca fr de it es se dk no nl be at ch gr ie pt pl fi cz hu cl cn jp my ph sg in co.uk co.jp co.il co.in co.kr co.nz
    co.th co.za co.id com.br com.mx com.ar com.au com.sg com.hk com.tr com.vn com.pe com.gr com.cn com.my com.ph com.pt
    """
)

# Providers that sell the same mailbox under many country endings.
FREE_BRANDS: dict[str, frozenset[str]] = {
    "yahoo": _YAHOO,
    "hotmail": _MICROSOFT,
    "live": _MICROSOFT,
    "outlook": _MICROSOFT,
    "windowslive": frozenset({"com", "es", "co.uk"}),
}

DISPOSABLE = words(
    """
    mailinator.com guerrillamail.com guerrillamail.net guerrillamail.org guerrillamail.biz guerrillamail.de
    guerrillamailblock.com sharklasers.com grr.la spam4.me pokemail.net 10minutemail.com 10minutemail.net
    10minutemail.co.uk 20minutemail.com tempmail.com temp-mail.org temp-mail.io tempmail.net tempmail.plus
    tempmailo.com tempmail.dev tempr.email tempail.com tempinbox.com throwawaymail.com throwaway.email
    trashmail.com trashmail.de trashmail.net trashmail.me trashmail.at trash-mail.com trash-mail.de wegwerfmail.de
    wegwerfmail.net wegwerfmail.org wegwerfemail.de spambog.com spambog.de spamgourmet.com spambox.us spamex.com
    spamfree24.org yopmail.com yopmail.fr yopmail.net cool.fr.nf jetable.org jetable.com jetable.net nospam.ze.tm
    maildrop.cc mailnesia.com mailcatch.com mailexpire.com mailmoat.com mailnull.com mailsac.com mailtemp.info
    mintemail.com mytemp.email mytrashmail.com getnada.com nada.email dropmail.me emailondeck.com fakeinbox.com
    fakemail.net fakemailgenerator.com armyspy.com cuvox.de dayrep.com einrot.com fleckens.hu gustr.com
    jourrapide.com rhyta.com superrito.com teleworm.us discard.email discardmail.com discardmail.de
    dispostable.com deadaddress.com despam.it e4ward.com getairmail.com incognitomail.com incognitomail.org
    inboxkitten.com mail-temporaire.fr mailforspam.com mail.tm moakt.com moakt.cc mohmal.com muellmail.com
    one-time.email owlymail.com sneakemail.com sofort-mail.de tempemail.net tmpmail.org tmpmail.net tmail.ws
    burnermail.io mailpoof.com emailfake.com generator.email linshiyouxiang.net luxusmail.org minuteinbox.com
    instantemailaddress.com tempmailaddress.com spamdecoy.net spamavert.com anonbox.net mailhazard.com 33mail.com
    bugmenot.com binkmail.com bobmail.info chammy.info devnullmail.com letthemeatspam.com reallymymail.com
    safetymail.info sogetthis.com spamherelots.com suremail.info thisisnotmyrealemail.com tradermail.info
    veryrealemail.com zippymail.info
    """
)

ROLES = words(
    """
    abuse accounting accounts accountspayable accountsreceivable admin administracion administracao administration
    administrator admissions advertising affiliates ahoj anfrage apply asistencia assistance atendimento ayuda
    bestellung bewerbung billing board booking bookings bookkeeping buchhaltung bureau business buying calendar
    career careers ceooffice clientes clients comercial commerciale compliance compras comptabilite contabilidad
    contabilita contact contacto contactus contato contatto crm customercare customers customerservice
    customersuccess customersupport datenschutz dataprotection datenschutzbeauftragter demo design dev developer
    developers devnull devops direction donate donations dpo einkauf email empfang empleo engineering enquire
    enquiries enquiry estimating events everyone export facturacion facturation faktura feedback finance finances
    financeiro firma fragen frontdesk ftp general giving hallo hello help helpdesk hi hilfe hola hostmaster hr
    humanresources impressum inbox info information informatica informatie infos inkoop inquiries inquiry investor
    investors invoice invoices invoicing ir it jobs karriere kariera klantenservice kontakt kundendienst
    kundenservice kundeservice lead leads legal list lists logistics mail mailbox mailerdaemon mailman management
    manager marketing marketing1 media members membership meetings news newsletter newsroom noc noreply
    notification notifications notify nospam nobody office officemanager operations ops order orders partner
    partners partnership partnerships payable payments payroll personal postmaster prensa presse press pr privacy
    procurement project projects purchase purchasing qa quotes reception receptie recepcion recruiting recruitment
    recrutement redaktion redaction registrar registration rentals reply request requests reservation reservations
    reservas research returns rh root rrhh rsvp sales salesteam school secretaria secretary secretariat
    sekretariat security segreteria seo service servicedesk services shipping shop signup social soporte spam
    staff store studio subscribe subscriptions suggestions support survey sysadmin team tech techsupport technik
    technical test tickets training travel treasury undisclosedrecipients unsubscribe usenet user vendas ventas
    verkauf verkoop verwaltung vertrieb vendite vente ventes volunteer web webmaster website welcome work workshop
    www zentrale
    """
)

# Domains people mean when they slip; the longer ones are also matched within one slip.
SUGGESTED = (
    "gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "protonmail.com", "aol.com",
    "hotmail.co.uk", "yahoo.co.uk", "hotmail.fr", "yahoo.fr", "orange.fr", "wanadoo.fr", "laposte.net", "libero.it",
    "t-online.de", "freenet.de", "comcast.net", "verizon.net", "rocketmail.com", "fastmail.com", "rediffmail.com",
)  # fmt: skip

# What was meant, then how it gets written.
_TYPOS = """
gmail.com: gmal.com gmai.com gmial.com gamil.com gnail.com gmail.co gmail.cm gmail.con gmail.om gmail.de gmail.fr
    gmail.co.uk gmil.com gmail.comm gmaill.com ggmail.com gmail.cim gmail.vom gmail.net gmaul.com
hotmail.com: hotmal.com hotmai.com hotmial.com hotmail.con hotmail.co hotnail.com homail.com hitmail.com
outlook.com: outlok.com outloo.com outlook.con outllok.com outlook.co
yahoo.com: yaho.com yahooo.com yhoo.com yaoo.com yahoo.con yahoo.co yahoo.cm
icloud.com: iclod.com icloud.con icoud.com icloud.co
aol.com: aol.con aol.co
gmx.de: gmx.dee
web.de: wed.de wbe.de
t-online.de: t-onlin.de tonline.de t-online.com
protonmail.com: protonmal.com
orange.fr: orage.fr
wanadoo.fr: wandoo.fr
"""
TYPOS = {
    slip: meant
    for meant, _, slips in (row.partition(":") for row in _TYPOS.replace("\n    ", " ").strip().splitlines())
    for slip in slips.split()
}
# Real providers that sit one slip away from a bigger one.
NOT_TYPOS = frozenset({"gmx.com", "ymail.com", "email.com", "mail.com"})

# What exports and forms write in place of an address that is not known.
PLACEHOLDERS = frozenset(
    {
        "email@domain.com",
        "email@email.com",
        "email_not_unlocked@domain.com",
        "name@domain.com",
        "no@email.com",
        "noemail@noemail.com",
        "none@none.com",
        "not_unlocked@domain.com",
        "test@test.com",
        "xxx@xxx.com",
    }
)
