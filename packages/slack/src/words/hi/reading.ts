import type { reading as english } from '../en/reading.ts'
import type { Text } from '../words.ts'

/** What could not be read, kindly, with how it is written. */
export const reading: Readonly<Record<keyof typeof english, Text>> = {
  'read.no_number': ':wave: *कोई फ़ोन नंबर नहीं मिला।* {usage}',
  'read.no_country':
    ':earth_asia: *{at} में देश का कोड नहीं है*, और मैं अनुमान नहीं लगाता। + और देश के साथ लिखें, जैसे `+91 98765 43210`।',
  'read.short_number':
    ':rotating_light: *{at} आपातकालीन या सेवा नंबर है* और यहाँ से कभी नहीं मिलाया जाता। कोई ख़तरे में हो तो अभी अपने फ़ोन से कॉल करें।',
  'read.several_numbers': ':wave: *एक से ज़्यादा नंबर हैं।* एक कॉल, एक नंबर; बहुत लोगों के लिए `{umbrella} batch`।',
  'read.ambiguous_number':
    ':wave: *पता नहीं चलता कि नंबर कहाँ ख़त्म होता है:* `{at}`। एजेंट को `agent="…"` लिखें, या नंबर बिना खाली जगह के।',
  'read.mention': ':wave: *{at} को फ़ोन नहीं किया जा सकता:* फ़ोन नंबर चाहिए, जैसे `+91 98765 43210`।',
  'read.unclosed_quote': ':wave: `{at}` पर *उद्धरण चिह्न बंद नहीं है*। उसे बंद करें या हटा दें।',
  'read.loose_word':
    ':wave: *`{at}` किसका है, पता नहीं।* क्या आपका मतलब `{suggestion}` है? एजेंट पहले `key=value` से पहले आता है।',
  'read.repeated_key': ':wave: *`{at}` दो बार है।* एक रखें।',
  'read.empty_value': ':wave: *`{at}=` में मान नहीं है।* `{at}=कुछ` लिखें, या हटा दें।',
  'read.several_agents': ':wave: *एक से ज़्यादा एजेंट हैं।* एक ही लिखें।',
  'read.extension':
    ':wave: *{at} एक्सटेंशन है, जो मिलाया नहीं जा सकता।* मुख्य नंबर {suggestion} मिलाएँ और एक्सटेंशन वेरिएबल में दें।',
  'read.unknown_country': ':wave: *{at} जिस कोड से शुरू होता है वह किसी देश का नहीं है।* पहले अंक जाँचें।',
  'read.too_short': ':wave: *{at} फ़ोन नंबर के लिए बहुत छोटा है।*',
  'read.too_long': ':wave: *{at} फ़ोन नंबर के लिए बहुत लंबा है।*',
  'read.impossible': ':wave: *{at} में उसके देश के हिसाब से अंक ग़लत हैं।* जाँचें।',
  'read.not_a_number': ':wave: *{at} फ़ोन नंबर नहीं है।* {usage}',
  'read.empty': ':wave: {usage}',
  'read.usage': '`{call} +91 98765 43210 agent name="Asha Rao"` लिखें, या फ़ॉर्म के लिए केवल `{call}`।',
  'read.agent_unknown': ':wave: *“{agent}” नाम का कोई एजेंट नहीं है।* {near}',
  'read.agent_near': 'क्या आपका मतलब {names} है?',
  'read.agent_none': 'एजेंट `{umbrella} agents` से देखें।',
  'read.agent_several': ':wave: *“{agent}” नाम के एक से ज़्यादा एजेंट हैं:* {names}। आईडी लिखें।',
  'read.filter_unknown': ':wave: *फ़िल्टर `{at}` नहीं है।* ये हैं: `status`, `agent`, `from`, `to`, `limit`।',
  'read.filter_bad': ':wave: *`{at}` पढ़ा नहीं जा सका।* तारीख़ `2026-11-25` जैसी लिखें, `limit` 1 से 50 तक।',
  'read.unknown_verb': ':wave: *`{at}` नहीं जानता।* मैं यह करता हूँ:',
  'read.id_missing': ':wave: *कौन-सा?* `{umbrella} {verb} &lt;id&gt;` लिखें।',
}
