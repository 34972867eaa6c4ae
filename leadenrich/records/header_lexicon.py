"""What header words mean, in ten languages: phrases of normalised words and the concepts they stand for."""

from __future__ import annotations

from functools import cache

# concept: phrases, separated by commas. A phrase is matched whole, the longest first; a word that is in none is
# "unknown" and costs certainty. Phrases are written as `normalise` leaves them: lower case, no accents, no hyphens.
_CONCEPTS: dict[str, str] = {
    # names
    "FIRST": """
        first name, firstname, given name, givenname, forename, fname, vorname, prenom, premier prenom,
        voornaam, roepnaam, primeiro nome, nombre de pila, primer nombre, nombres, nome proprio, preferred name,
        imie, imiona, fornamn, tilltalsnamn, fornavn, 名, 下の名前""",
    "LAST": """
        last name, lastname, surname, family name, familyname, lname, nachname, familienname, zuname, nom de
        famille, achternaam, familienaam, cognome, apellido, apellidos, primer apellido, sobrenome, apelido,
        ultimo nome, nom famille, nazwisko, efternamn, efternavn, etternavn, 姓, 苗字, 名字""",
    "FIRST_WORD": "first",
    "LAST_WORD": "last",
    "FULL": """
        full name, fullname, display name, complete name, vollstandiger name, vollername, voller name, vor und
        nachname, vorname nachname, vorname und nachname, nom complet, prenom nom, nom prenom, prenom et nom,
        nom et prenom, nombre completo, nombre y apellidos, nombre y apellido, nombre apellidos, nome completo,
        nome e cognome, nome cognome, cognome e nome, nominativo, volledige naam, naam voornaam, imie i
        nazwisko, nazwisko i imie, for och efternamn, fullstandigt namn, fulde navn, fullt navn, 氏名, お名前,
        名前, 姓名, 担当者名, ご担当者名""",
    "NAME": "name, names, naam, namn, navn",
    "NOM": "nom",
    "NOME": "nome, nombre",
    "MIDDLE": """
        middle name, middlename, additional name, zweiter vorname, weitere vornamen, deuxieme prenom, segundo
        nombre, secondo nome, nome do meio, tussenvoegsel, tussenvoegsels, segundo apellido""",
    "HONORIFIC": """
        salutation, anrede, civilite, tratamiento, aanhef, trattamento, tratamento, prefix, name prefix,
        titulatur, akademischer titel, suffix, name suffix, suffixe, honorific, nickname, maiden name, initials,
        initiales, geschlecht, sexe, sexo, sesso, gender, yomi name, short name, titolo di studio, zwrot
        grzecznosciowy, plec, kon, tytul naukowy, 敬称, 性別, カナ, フリガナ, ふりがな, かな, セイ, メイ""",
    # reaching people
    "EMAIL": """
        email, emailaddress, mail, mails, mailadresse, emailadresse, emailadres, mailadres, email adresse, email
        adres, email address, mail address, adresse email, adresse mail, adresse de messagerie, adresse de
        courrier, adresse electronique, adresse courriel, courriel, correo, correo electronico, direccion de
        correo, direccion de correo electronico, direccion email, indirizzo email, indirizzo mail, posta
        elettronica, indirizzo di posta elettronica, endereco de email, endereco email, correio eletronico, mel,
        email id, epost, e post, epostadress, e postadress, e postadresse, epostadresse, adres email, adres
        poczty, adres poczty elektronicznej, メール, メールアドレス, e メール, e メールアドレス, email アドレス""",
    "PHONE": """
        phone, phones, phone number, phonenumber, phone no, phone nr, telephone, telephone number, tel, tel no,
        tel nr, telefon, telefonnummer, telefonnr, rufnummer, telephones, numero de telephone, n de telephone,
        telefono, telefonos, numero de telefono, numero di telefono, numero telefono, recapito telefonico,
        telefoon, telefoonnummer, telefone, telefones, numero de telefone, fone, ph, fon, contact number, telf,
        tlf, recapito, call number, telefonu, numer telefonu, nr telefonu, telefoner, tlf nr, telefonnr, 電話,
        電話番号, 固定電話""",
    "MOBILE": """
        mobile, mobile phone, mobilephone, cell, cell phone, cellphone, cellular, cell number, mobil,
        mobilnummer, mobiltelefon, mobilfunk, handy, handynummer, portable, telephone portable, telephone
        mobile, tel portable, tel mobile, gsm, movil, telefono movil, celular, telefono celular, cellulare,
        telefono cellulare, telefono mobile, mobiel, mobiele telefoon, mobielnummer, mobiel nummer, telefoon
        mobiel, 06 nummer, telemovel, telefone celular, telefone movel, mobile no, mobile nr, mobile number,
        wireless, mobilni, komorka, komorkowy, telefon komorkowy, tel komorkowy, tel kom, numer komorkowy,
        mobiltelefonnummer, mobilnr, mobil nr, 携帯, 携帯電話, 携帯番号, 携帯電話番号""",
    "WHATSAPP": "whatsapp, whatsapp number, telegram, viber, skype, skype id, signal",
    "FAX": """
        fax, faxnummer, telefax, telecopie, telecopieur, fax number, home fax, business fax, faks, faksu,
        ファックス""",
    "EXTRA_PHONE": """
        pager, telex, isdn, rnis, tty tdd phone, tty tdd, tdd tty, radio phone, radiotelephone, car phone,
        telephone voiture, callback, rappel, numero de rappel, autotelefon, radiomessagerie, telephone tdd tty,
        toll free""",
    "LINKEDIN": """
        linkedin, li, linkedin link, linkedin profile, linkedin
        profil, linkedin profiel, profil linkedin, perfil linkedin, perfil de linkedin, profilo linkedin, perfil
        do linkedin""",
    "SALESNAV": """
        sales navigator, sales nav, salesnavigator, salesnav, sales navigator url, navigator url, sales
        navigator lead, sales nav url""",
    "TWITTER": "twitter, x url, x profile, twitter handle, twitter x",
    "FACEBOOK": "facebook, fb",
    "GITHUB": "github, git hub",
    "DIRECT_LINE": """
        direct dial, direct line, direct number, durchwahl, durchwahlnummer, direktdurchwahl, ligne directe, linea
        directa, linea diretta, linha direta, direktnummer, direkttelefon, doorkiesnummer, ddi, numer bezposredni,
        直通電話, 直通番号""",
    "SOCIAL": """
        instagram, xing, youtube, tiktok, crunchbase, crunchbase url, angellist, social, pinterest, medium,
        google plus, blog, snapchat""",
    "URL": "url, link, links, uri, permalink, lien, enlace",
    "PROFILE": "profile, profil, perfil, profilo, profiel, page, public profile, profile page",
    "WEBSITE": """
        website, web site, websites, web page, webpage, homepage, home page, webseite, internet, internetseite,
        internetadresse, internetauftritt, site, site web, site internet, siteweb, page web, page d accueil,
        sitio web, pagina web, web, sito, sito web, sito internet, webadres, site url, weburl, business home
        page, pagina de internet, pagina na internet, endereco web, www, strona www, strona internetowa, strona
        firmy, adres www, witryna, webbplats, hemsida, webbsida, webb, webbadress, hjemmeside, nettside,
        nettsted, ホームページ, サイト, ウェブサイト""",
    "DOMAIN": """
        domain, domains, domain name, domainname, domaene, domaine, nom de domaine, dominio, dominio web, nome
        de dominio, domein, domeinnaam, website domain, web domain, primary domain, root domain""",
    # the job
    "JOB": """
        job title, jobtitle, position title, current title, current position, current job title, current job,
        job, position, jobposition, job position, berufsbezeichnung, berufsbezeichnungen, jobtitel,
        stellenbezeichnung, stelle, funktion, positionsbezeichnung, poste, intitule de poste, intitule du poste,
        poste actuel, fonction, cargo, puesto, puesto de trabajo, cargo actual, ruolo, mansione, qualifica,
        posizione, ruolo aziendale, ruolo lavorativo, functie, functietitel, functienaam, functieomschrijving,
        funcao, posicao, cargo funcao, role, job role, designation, organization title, work position,
        occupation title, titre du poste, titre de poste, rol, titulo del puesto, organisation title,
        stanowisko, stanowisko pracy, befattning, yrkestitel, stilling, stillingsbetegnelse, roll, rolle, 役職,
        役職名, 肩書, 肩書き, 職位""",
    "TITLE": "title",
    "TITEL": "titel, titre, titolo, titulo, titulos",
    "OCCUPATION": "occupation, profession, beruf, beroep, professione, profissao, profesion",
    "HEADLINE": "headline, profile headline, linkedin headline, profile title, tagline, profilslogan",
    "SENIORITY": """
        seniority, seniority level, management level, job level, senioritat, hierarchieebene, karrierestufe,
        niveau hierarchique, nivel de senioridad, niveau, livello di anzianita, senioridade, job seniority,
        contact level, job title level, management ebene, nivel jerarquico, senioriteit, anzianita""",
    "DEPARTMENT": """
        department, departments, dept, abteilung, organization department, afdeling, reparto, departamento,
        dipartimento, departement service, bereich, area aziendale, setor departamento, ufficio, fachbereich,
        service departement, dzial, avdelning, afdelning, avdeling, 部署, 部署名, 所属, 所属部署, 部門""",
    "SERVICE": "service",
    "JOB_FUNCTION": "job function, function, functional area, job functions, job category, job department",
    # the place
    "CITY": """
        city, town, city name, locality, ort, stadt, wohnort, ville, commune, localite, ciudad, localidad,
        poblacion, municipio, citta, comune, localita, plaats, woonplaats, plaatsnaam, stad, vestigingsplaats,
        cidade, localidade, firmensitz, standort stadt, metro city, suburb, miasto, miejscowosc, poststed,
        bynavn, postort, 市区町村, 市町村""",
    "REGION": """
        state, region, state region, state province, province, bundesland, kanton, canton, departement,
        provincia, regione, provincie, uf, estado uf, etat, dep region, departement region, estado provincia,
        prov, comunidad autonoma, regio, regiao, state or province, state name, province state, departement ou
        region, province region, dept region, state prov, wojewodztwo, lan, fylke, provincia o estado, estado o
        provincia, provincia stato, stato o provincia, 都道府県""",
    "ESTADO": "estado, stato, staat",
    "COUNTRY": """
        country, country region, country name, land, land region, pays, pays region, pais, pais region, paese,
        nazione, nacion, landname, country or region, paese area geografica, land regio, nation, paese regione,
        country territory, kraj, panstwo, 国, 国名""",
    "CODE": """
        code, codes, iso, abbr, abbreviation, alpha, numeric, landcode, country code, countrycode, cc,
        landercode, zip, zip code, zipcode, postal, postal code, postalcode, postcode, post code, plz,
        postleitzahl, code postal, cp, codigo postal, cap, codice postale, cep, zip postal code, codice, codigo,
        state code, lkz, ruf, kod pocztowy, postnummer, postnr, 郵便番号""",
    "ADDRESS": """
        address, addresses, street, street address, strasse, hausnummer, huisnummer, straat, straatnaam,
        adresse, adres, rue, direccion, calle, indirizzo, via, endereco, rua, logradouro, bairro, numero civico,
        address line, po box, postfach, boite postale, anschrift, mailing address, full address,
        rechnungsadresse, lieferadresse, complemento, extended address, b p, numer, toevoeging, line,
        adresszeile, adress, gatuadress, gateadresse, vejnavn, ulica, 住所, 番地, 建物名, 所在地""",
    "LOCATION": """
        location, locations, geography, geo, standort, localisation, ubicacion, localizacao, locatie, posizione
        geografica, area, metro area, emplacement, county, contea, landkreis, district, distrito, sede,
        territory, territorio, gebiet, continent, timezone, time zone, latitude, longitude, lat, lng, lon,
        gmtoff, dstoff, zone, barrio, wijk, zeitzone, fuseau horaire, office location, location name""",
    # the company
    "COMPANY": """
        company, company name, companyname, account, account name, accountname, organization, organisation,
        organization name, organisation name, org, org name, firm, firm name, business name, employer, employer
        name, corporation, firma, firmenname, firmen, firmenbezeichnung, unternehmen, unternehmensname,
        unternehmens, betrieb, organisationsname, arbeitgeber, kundenfirma, societe, entreprise, nom de la
        societe, nom societe, nom de l entreprise, nom entreprise, raison sociale, etablissement, denomination
        sociale, denomination, empresa, nombre de la empresa, nombre empresa, compania, nombre de la compania,
        razon social, denominacion social, organizacion, azienda, nome azienda, ragione sociale, denominazione,
        impresa, societa, bedrijf, bedrijfsnaam, bedrijfs, organisatie, organisatienaam, werkgever, nome da
        empresa, nome empresa, razao social, organizacao, current company, current employer, company current,
        current company name, current employer name, company account, company organization, account company,
        nombre comercial, ste, nom du compte, compagnie, soc, bedrijf naam, klant bedrijf, nome da organizacao,
        legal name, company legal name, brand, brand name, nazwa firmy, nazwa spolki, spolka, przedsiebiorstwo,
        foretag, foretagsnamn, foretagets, bolag, bolagsnamn, arbetsgivare, virksomhed, virksomhedsnavn,
        selskap, firmanavn, 会社, 会社名, 企業, 企業名, 法人名, 勤務先, 勤務先名, 貴社名, 社名, 組織名, 団体名""",
    "TRADE_NAME": """
        nome fantasia, nom commercial, handelsnaam, trading name, dba, doing business as, name for 
        cleaned, normalized, normalised, clean, short company name, casual, display""",
    "COMPANY_WORK": """
        corporate, headquarters, hq, company hq, main, company main, siege, siege social, zentrale, sede legale,
        switchboard, main line, centralino, centralita, conmutador, standard telephonique, standard, zentral,
        vaxel, vaxelnummer, sentralbord, omstilling, hovednummer, central telefonica, centrala, algemeen nummer,
        hauptnummer, headquarter, 代表""",
    "DESCRIPTION": """
        description, beschreibung, firmenbeschreibung, unternehmensbeschreibung, descripcion, descrizione,
        omschrijving, descricao, about company, about us, company about, company overview, overview, company
        bio, bedrijfsomschrijving, full description, short description, seo description, company summary, opis,
        opis firmy, beskrivning, foretagsbeskrivning, 事業内容""",
    "ABOUT": "about, summary, bio, biography, zusammenfassung, resume, sobre, resumen, profile summary",
    "INDUSTRY": """
        industry, industries, sector, branche, industrie, wirtschaftszweig, brancheneinordnung, secteur, secteur
        d activite, secteur activite, sector de actividad, sector industrial, rubro, settore, settore attivita,
        settore di attivita, bedrijfstak, setor, ramo, ramo de atividade, segmento, business sector, industria,
        company category, categoria merceologica, linkedin industry, activity sector, geschaftsfeld,
        industriezweig, branza, sektor, bransch, bransje, vertical, verticals, industry vertical, main industry,
        業種, 業界""",
    "EMPLOYEES": """
        employees, employee, employee count, employees count, number of employees, no of employees, num
        employees, total employees, headcount, head count, company headcount, staff, staff count, mitarbeiter,
        mitarbeiterzahl, mitarbeiteranzahl, anzahl mitarbeiter, anzahl der mitarbeiter, beschaftigte, effectif,
        effectifs, nombre d employes, nombre de salaries, nb salaries, nb employes, nombre employes, empleados,
        numero de empleados, n de empleados, plantilla, dipendenti, numero dipendenti, n dipendenti, addetti,
        medewerkers, aantal medewerkers, aantal werknemers, aantal werkzame personen, funcionarios, numero de
        funcionarios, n de funcionarios, colaboradores, numero de colaboradores, employees number, employee
        size, employeecount, linkedin employees, employees on linkedin, n employees, liczba pracownikow,
        pracownicy, zatrudnienie, antal anstallda, anstallda, antal ansatte, antall ansatte, ansatte, antal
        medarbejdere, people work, people working, 従業員数, 社員数, nb de salaries, nb d employes, effectif
        salarie""",
    "SIZE": """
        company size, size, unternehmensgrosse, firmengrosse, taille, taille entreprise, taille de l entreprise,
        tranche d effectif, tranche effectif, tamano, tamano de la empresa, tamano empresa, dimensione,
        dimensione azienda, dimensioni azienda, bedrijfsgrootte, tamanho, tamanho da empresa, porte, porte da
        empresa, employees range, employee range, headcount range, staff count range, mitarbeiterklasse, size
        range, employee size range, grosse, staff range, employee band, company employee range, company size
        range, employee count range, number of employees range, wielkosc firmy, foretagsstorlek, how big, how
        large""",
    "REVENUE": """
        revenue, annual revenue, annual sales, sales volume, yearly revenue, revenues, turnover, estimated
        annual revenue, estimated revenue, est revenue""",
    "REVENUE_LOCAL": """
        umsatz, jahresumsatz, chiffre d affaires, ca, facturacion, ingresos, fatturato, omzet, jaaromzet,
        faturamento, receita, receita anual, volume d affaires, przychody, obrot, obroty, omsattning,
        omsaetning, omsetning, 売上, 売上高, 年商""",
    "RANGE": "range, band, bracket, bereich von bis, tranche, rango, fascia, faixa, bucket",
    "USD": "usd, us dollars, dollars, in usd",
    "THOUSANDS": "000s, thousands, k, millions, in 000s, tsd, mio, eur, gbp, euro, currency, in 000s usd, keur, k eur",
    "FOUNDED": """
        founded, founded year, year founded, founding year, foundation year, year established, established,
        founded date, founded on, founding date, date founded, incorporation year, grundungsjahr, gegrundet,
        grundung, annee de creation, date de creation entreprise, annee creation, ano de fundacion, ano
        fundacion, anno di fondazione, anno fondazione, oprichtingsjaar, ano de fundacao, ano fundacao, year
        started, company founded, company founded year, company founded date, rok zalozenia, grundat, stiftet,
        設立, 設立年""",
    "TYPE": "type, typ, tipo, kind",
    "OWNERSHIP": """
        ownership, ownership type, company type, organization type, organisation type, entity type, business
        type, unternehmenstyp, unternehmensform, type d entreprise, tipo de empresa, tipo azienda, bedrijfstype,
        tipo di azienda""",
    "TECHNOLOGY": """
        technologies, technology, tech stack, techstack, tech, technologien, web technologies, tecnologias,
        tecnologie, technologieen, technologies used""",
    "FUNDING": "funding, financing, raised, funding amount, finanzierung",
    "FUNDING_TOTAL": """
        total funding, total funding amount, funding total, total raised, total funding raised, funding raised,
        total money raised, money raised, total amount raised""",
    "FUNDING_STAGE": """
        funding stage, latest funding, latest funding stage, latest funding round, last funding round, last
        funding type, last funding stage, recent funding round, recent funding type, funding round, funding
        type, latest funding type, last round, finanzierungsphase""",
    "FUNDING_DATE": """
        last funding date, latest funding date, recent funding date, last raised at, last funding at, last
        funding on, latest funding on, date of last funding, last funding""",
    "INVESTORS": """
        investors, all investors, top investors, lead investors, investoren, investisseurs, inversores, top 3
        investors, top 5 investors, top 10 investors""",
    "RECENT": "recent, latest",
    "NAICS": "naics, naics code, naics codes, primary naics, primary naics code",
    "SIC": "sic, sic code, sic codes, primary sic, primary sic code",
    "LOGO": "logo, logo url, company logo, logo link",
    # whose, and which one of several
    "PERSON": """
        person, persons, contact, contacts, lead, prospect, executive, individual, people, member, kontakt,
        kontaktperson, ansprechpartner, ansprechperson, interlocuteur, contacto, contatto, contactpersoon,
        contato, referente, persona, candidate, recipient, employee s, attendee, participant, subscriber,
        speaker, decision maker, teilnehmer, osoba, osoba kontaktowa, kontaktni, invitee, invitees, registrant,
        guest""",
    "CUSTOMER": """
        proveedor, fournisseur, lieferant, fornitore, leverancier, fornecedor, customer, client, kunde, cliente,
        klant, partner, supplier, vendor, klient, kund, kunder, kunde navn""",
    "WORK": """
        work, business, office, professional, direct, dienstlich, geschaftlich, beruflich, buro, bureau,
        professionnel, professionnelle, pro, trabajo, oficina, laboral, profesional, corporativo, ufficio
        lavoro, lavoro, aziendale, werk, zakelijk, kantoor, trabalho, profissional, comercial, corporate email,
        verified, valid, festnetz, fixe, fijo, fisso, vast, fixo, landline, job email, principal email, direkt,
        directo, directa, directe, diretto, diretta, direto, direta, sluzbowy, sluzbowa, firmowy, firmowa,
        stacjonarny, jobb, arbete, arbejde, 直通, 勤務先""",
    "HOME": """
        home, personal, private, privat, prive, domicile, personnel, personnelle, perso, personale, privato,
        casa, particular, pessoal, residencial, domicilio, abitazione, thuis, wohnung, prywatny, prywatna,
        domowy, domowa, residencia, residence, hem, hjem, 自宅, 個人""",
    "PRIMARY": """
        primary, main contact, principal, hauptkontakt, default, best, first listed, preferred, most probable,
        recommended, vor allem, haupt, most likely""",
    "CURRENT": "current, actual, aktuell, aktuelle, actuel, actuelle, attuale, huidige, atual, present",
    "MAILING": "mailing, mail merge, postal address, default address, korespondencyjny",
    "BILLING": "billing",
    "SHIPPING": "shipping",
    "ONE": "1, one, i",
    "MORE": """
        2, 3, 4, 5, 6, 7, 8, 9, 10, secondary, second, tertiary, other, alternate, alternative, additional, alt,
        autre, otro, otra, altro, altra, andere, weitere, outro, outra, sonstige, weiteres, anderes, overig,
        backup, zweite, secundario, secundaria, secondaire, secondario, secondaria, sekundar, sekundare,
        sekundaer, supplemental, sub, dodatkowy, drugi, inny, annan, ovrig, anden, その他""",
    "VALUE": "value, wert, valeur, valor, valore, address value",
    "NUMBER": "number, no, nr, nummer, num, numero, no s, anzahl, how many",
    "FILLER": """
        the, of, a, an, and, or, in, on, at, your, my, for, de, du, des, la, le, les, l, d, et, der, die, das,
        und, el, los, las, y, o, di, il, dell, della, del, e, het, een, van, en, do, da, dos, com, s, public,
        info, information, field, is, their, to, from, with, im, am, zum, zur, vom, ihre, ihr, data, full,
        enriched, found, which, what, we, you, does, have, are, many, how, hi, hello, there, please, enter,
        reach, based, currently, metadata, custom""",
    # words that make a column about something else
    "BLOCK": """
        id, ids, identifier, uuid, guid, urn, key, record, vmid, hash, slug, status, validation, validity, valid
        until, verification, verifier, confidence, accuracy, score, scoring, grade, rating, rank, ranking,
        source, sources, quelle, origen, fonte, bron, origem, leadsource, provider, owner, besitzer, inhaber,
        proprietaire, propietario, proprietario, eigenaar, rep, sales rep, assigned, assignee, assigned to,
        open, opened, opens, clicked, clicks, bounced, bounce, sent, delivered, replied, reply, demoed,
        previous, past, former, prior, old, ehemalig, ehemalige, ancien, ancienne, anterior, precedente, vorige,
        last activity, parent, ultimate, immediate, subsidiary, subsidiary of, subsidiaries, assistant,
        assistente, asistente, assistent, manager, manager s, manager name, supervisor, spouse, conjoint,
        children, enfants, referred, referred by, referral, recommande, recommended by, rechnung, facturation,
        notes, note, notiz, notizen, bemerkung, bemerkungen, kommentar, comment, comments, commentaire,
        remarques, remarque, nota, notas, opmerking, opmerkingen, observaciones, observacoes, notitie, tags,
        tag, labels, label, list, lists, group, groups, gruppe, gruppo, groupe, group membership, category,
        categories, kategorie, kategorien, segment, birthday, birth, date of birth, birthdate, geburtstag,
        geburtsdatum, anniversary, anniversaire, cumpleanos, nascita, geboortedatum, aniversario, hobby,
        loisirs, image, picture, photo, foto, avatar, img, profile picture, connections, connection, degree,
        followers, following, shared, mutual, timestamp, created, updated, modified, imported, added, date,
        datum, data di, fecha, dates, time, zeit, heure, hora, since, seit, depuis, until, last, last modified,
        last contacted, connected on, duration, months, years, days, tenure, start, end, began, catch all,
        catchall, budget, growth, rate, change, monthly, visits, traffic, open link, premium, open profile,
        query, search, result, keyword, keywords, intent, topic, topics, language, sprache, langue, idioma,
        lingua, taal, sensitivity, priority, prioritat, priorite, privacy, opt, optin, opt in, opt out, optout,
        unsubscribed, unsub, subscribed, consent, dnc, do not call, do not contact, gdpr, stage, lifecycle,
        pipeline, deal, deals, opportunity, campaign, sequence, step, task, activity, activities, subject,
        message, icebreaker, first line, linkedin message, mileage, billing information, directory server, free
        busy, extension, ext, apollo, zoominfo, hubspot, salesforce, seamless, lusha, cognism, ticker, stock,
        symbol, exchange, vat, tax, fiscal, steuernummer, ust, siret, siren, nif, cif, cnpj, cpf, partita iva, p
        iva, codice fiscale, iban, bic, kvk, btw, customer number, kundennummer, klantnummer, education, school,
        university, degree name, major, skills, experience, certification, certified, defunct, acquired,
        acquisition, ipo, amount, price, preis, value in, cost, expected, close, probability, valuation, cb,
        articles, events, founders, founder, ceo, number of locations, number of retail locations, intel, total
        ai, ai, username, password, login, ip, device, platform, form, ad, adset, hire, hiring, jobs, job
        openings, job posting, job start, news, person id, company id, file, file as, row, index, position
        number, phonetic, format, pattern, matched, match, matches, matches filters, retail, positions, posts,
        post, comments count, memo, geburtsname, active, aktiv, attivo, ativo, inactive, enabled, completed,
        nationality, dni, rg, hub, actively, division, working, domain rank, has new, by, betreuer,
        kundenbetreuer, betreuender, vertriebler, vertriebsmitarbeiter, zustandig, zustandiger, bearbeiter,
        accountmanager, account executive, ae, sdr, bdr, csm, commercial, opiekun, opiekuna, handlowiec,
        handlowca, wlasciciel, wlasciciela, saljare, saljarens, agare, agarens, ansvarig, ansvariges, saelger,
        selger, ejer, eier, 所有者, 営業担当, 営業担当者, 担当営業, sender, sending, send user, from email, from
        name, mailbox, inbox, pec, posta certificata, card, uwagi, notatki, komentarz, zrodlo, utworzenia,
        utworzono, dodano, modyfikacji, anteckningar, anteckning, kommentarer, bemaerkninger, kalla, skapad,
        andrad, oprettet, opprettet, nip, regon, krs, organisationsnummer, orgnr, org nr, org nummer, cvr, cvr
        nr, personnummer, メモ, 備考, 登録日, 更新日, 作成日, 名刺交換日, 法人番号, 資本金, ステータス""",
}


@cache
def phrases() -> dict[tuple[str, ...], str]:
    """Return every known phrase as a tuple of words, with its concept."""
    known: dict[tuple[str, ...], str] = {}
    for concept, text in _CONCEPTS.items():
        for phrase in text.split(","):
            words = tuple(phrase.split())
            if words:
                known.setdefault(words, concept)
    return known


@cache
def longest_phrase() -> int:
    """Return how many words the longest phrase has."""
    return max(len(words) for words in phrases())


@cache
def stems() -> tuple[str, ...]:
    """Return single words that may be parts of a compound (`Firmenwebsite`), longest first."""
    skip = {"FILLER", "ONE", "MORE", "CODE", "BLOCK", "THOUSANDS", "USD"}
    parts = {words[0] for words, concept in phrases().items() if len(words) == 1 and concept not in skip}
    return tuple(sorted((part for part in parts if len(part) >= 4), key=lambda part: (-len(part), part)))
