"""Given names and the short forms they go by, in the languages where people use them on business cards."""

from __future__ import annotations

_GROUPS = """
alexander alexandre alejandro alessandro alex al sandy xander sascha sasha aleks lex alec
alexandra alejandra alessandra alex sandra sandy sascha sasha lexi ali
albert alberto al bert albie
alfred alfredo al fred alfie freddy
amanda mandy
andrew andreas andre andrea andres andy drew andrei andrey
andrea andie andy
angela angie angelina
anthony antonio antoine anton antony tony toni toño
antonia toni
anna anne ann annie anita anja ania anushka hannah anneke
arthur arturo artur art artie
barbara barb barbie babs basia bärbel
benjamin ben benny benji benoit
bernard bernhard bernie bernardo bernd
brian bryan
cameron cam
carl karl carlos charles charlie chuck chas charly carlo kalle
caroline carolina karoline carol carrie caro lina
catherine katherine katharina kate katie kathy cathy kathleen kit katrin kat cate katarzyna kasia käthe katja katya
christine christina kristina christiane tina chris chrissy christa kirsten kristin
christopher christoph christophe cristobal chris kit topher stoffel
christian christiano cristian chris
clifford cliff
cynthia cindy
daniel daniele dan danny dani
daniela daniella danielle dani
david davide dave davy davey
deborah debora deb debbie debra
dennis denis den denny
diana diane di
dominic dominik dominique dom nick
donald don donnie
dorothy dorothea dot dottie dorothee thea
douglas doug
edward eduard eduardo edouard ed eddie eddy ted ned teddy edo
edwin ed eddie
eleanor ellie nell nora lenore elena
elizabeth elisabeth liz lizzie beth betty eliza lisa liza bess libby elsa elise isabel isabella lisbeth elspeth
emily em emmy emilia emilie
eric erik erich rick
ernest ernst ernesto ernie
eugene eugen gene eugenio
evelyn eve evie
florian flo
frances francesca fran frankie francoise franziska fanny franzi
francis francisco francesco frank frankie fran franz paco pancho cisco francois
franklin frank
frederick friedrich federico frederic fred freddy fritz freddie rick frits
gabriel gabe gabi
gabriela gabriele gabrielle gabi gaby
gerald gerard gerhard gerry jerry gerd geri gerardo
gregory gregor greg gregorio grzegorz
george georg georges jorge giorgio jürgen joerg jörg
gertrude trudy gertrud
giovanni gianni
giuseppe beppe pino peppe
guillermo memo
harold harry hal
harry henry
heinrich henry henri hendrik heinz enrico enrique hank hal harry heiner henk
helen helena helene ellen nell lena
hans johann johannes john jan ivan giovanni juan jean ian sean hannes joão yohan
hubert bert
ignacio nacho
isaac ike
jacob jakob jake jack jacques jacobo giacomo
jacqueline jackie jacky
james jim jimmy jamie jaime diego santiago jem
jane janie jean joan johanna jeanne giovanna juana ioanna
janet jan
jeffrey geoffrey jeff geoff
jennifer jen jenny jenn
jeremiah jeremy jerry
jessica jess jessie
joanna jo joanne johanna
john johnny jon jack
jonathan jon nathan jonny johnathan
joseph josef jose joe joey giuseppe pepe jos sepp józef jozef
josephine josefine jo josie josefina fifi
joshua josh
josé pepe
judith judy judi
julia julie julianne jules giulia juliana
karen caren
kenneth ken kenny
kimberly kim kimberley
klaus claus nikolaus
konrad conrad konny kurt
larry lawrence laurence lars lorenz lorenzo laurent
laura laurie lori
leonard leonardo leo len lenny leon leonhard
leslie les
lillian lily lil
louis luis luigi ludwig lou louie lewis lutz ludovic
louise luisa lou
lucas luke lukas luc luca łukasz
lucia lucy lucie luzie
ludmila lyudmila lyuda
manuel manny manolo manu
manfred fred manni
marc mark markus marcus marco marcos marek
margaret margarete margarita marguerite maggie meg peggy marge margie greta gretchen rita marga megan margot
maria mary marie mia molly polly mimi marika marion mariana mieke
martha marta marty
martin martino marty maarten
matthew matthias matteo mathieu mateo matt matty mats mathias thijs matthijs maciej
maximilian max maxim massimo massimiliano
megan meg
melissa mel missy
michael michel miguel michele mike mick mickey mikhail misha micha michał mikael mihai mitch
michelle shelly micki
mitchell mitch
nancy nan
natalie natalia nat natasha nathalie
nathaniel nathan nat nate
nicholas nicolas nikolaus nicola nick nico niko nicky klaus niklas nikolai miklos kolya mikołaj
nicole nikki nicky
oliver olivier ollie oli olly
olivia liv livia
pamela pam
patricia patrizia pat patty tricia trish patsy
patrick patrice pat paddy patricio
paul paolo pablo pavel paweł
paula paulina pauline
peter pedro pietro pierre pete pit piotr petr pieter
philip phillip philipp philippe felipe filippo phil pip
rachel raquel rae shelly
ralph ralf
ramon ray
randall randy
raymond raimund ray
rebecca rebekka becky becca
reginald reg reggie
richard ricardo riccardo rick ricky dick rich richie rikard
robert roberto bob bobby rob robbie bert robin roby
rodney rod
roger rog rodger ruediger rüdiger
ronald ron ronnie
rosemary rosemarie rose rosie
roxanne roxy
rudolf rudolph rodolfo rudi rudy rolf
russell russ
samantha sam sammy
samuel sam sammy
sandra sandy
sarah sara sally sadie
sebastian seb basti bastian sebastien
sigmund sigi
siegfried sigi
simon simone
sophia sophie sofia zosia
stanley stan
stephanie stefanie steph steffi
stephen steven stefan stephan stephane esteban stefano steve stevie stefek szczepan
suzanne susan susanne susanna sue suzie susie suse
sylvia silvia silvie
terence terry
theodore theodor teodoro ted teddy theo
theresa teresa therese terry tess tessa resi
thomas tomas tom tommy tomasz tommaso thom
timothy tim timmy timo
ulrich uli ueli
ursula uschi ulla
valentina valentine val
valerie val
veronica veronika ronnie vroni vera
victor viktor vittorio vic
victoria vicky vickie tori
vincent vincenzo vicente vince vinnie enzo
virginia ginny ginger
vladimir vova volodya
walter wally walt gualtiero
wilhelm willi willy will bill guillaume guillermo guglielmo willem
william will bill billy willy willie liam guillaume wilhelm
wolfgang wolf
yevgeny evgeny zhenya
zachary zach zack
"""


def _groups() -> dict[str, frozenset[int]]:
    from leadenrich.clean._text import fold

    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.split("\n")):
        for name in line.split():
            found.setdefault(fold(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


# Folded given name -> the groups it belongs to; two names that share one may be one person's.
GROUPS = _groups()
# Group -> its formal name.
FORMAL = [line.split()[0] if line.split() else "" for line in _GROUPS.split("\n")]
