import type { asking as english } from '../en/asking.ts'
import type { Text } from '../words.ts'

/** What is asked before a phone rings, and why not to call. */
export const asking: Readonly<Record<keyof typeof english, Text>> = {
  'confirm.title': 'यह कॉल करें?',
  'confirm.number': '*{number}*',
  'confirm.country': '{country}',
  'confirm.time': 'वहाँ अभी *{time}* बजे हैं',
  'confirm.times': 'वहाँ जगह के अनुसार अभी *{first}* से *{last}* के बीच का समय है',
  'confirm.time_then': 'उस समय वहाँ *{time}* बजे होंगे',
  'confirm.times_then': 'उस समय वहाँ जगह के अनुसार *{first}* से *{last}* के बीच का समय होगा',
  'confirm.time_unknown': 'वहाँ का स्थानीय समय पता नहीं है',
  'confirm.agent': 'एजेंट *{agent}*',
  'confirm.from': 'किस नंबर से: {number}',
  'confirm.max': 'अधिक से अधिक {minutes} मिनट',
  'confirm.schedule': 'आपके समय से {when} पर',
  'confirm.variables': 'साथ में: {list}',
  'confirm.call': 'कॉल करें',
  'confirm.call_anyway': 'फिर भी कॉल करें',
  'confirm.edit': 'बदलें',
  'confirm.cancel': 'रद्द करें',
  'confirm.cancelled': 'रद्द किया गया। किसी को कॉल नहीं गई।',
  'confirm.placing': 'हो रहा है: कॉल का कार्ड {where} में है।',
  'confirm.expired': 'यह सवाल अब पुराना हो गया है। `{call}` से दोबारा पूछें।',
  'confirm.already': 'इसका जवाब पहले ही दिया जा चुका है: दूसरी कॉल नहीं की गई।',
  'ask.recent': ':repeat: *इस नंबर पर {seconds} सेकंड पहले कॉल की गई थी।* दोबारा करें?',
  'ask.unknown_zone':
    ':clock3: *इस नंबर का स्थानीय समय निश्चित नहीं है*, इसलिए यह आपके कॉल के समय ({from} से {until}) से बाहर हो सकता है। फिर भी कॉल करें?',
  'ask.doubtful': ':grey_question: *यह नंबर अपने देश की किसी ज्ञात श्रृंखला में नहीं है।* क्या हर अंक सही है?',
  'refuse.kill_switch':
    ':no_entry: इस वर्कस्पेस में *कॉल बंद हैं*। कोई एडमिन `{umbrella} settings` में इन्हें चालू कर सकता है।',
  'refuse.guest': ':no_entry: इस वर्कस्पेस में *अतिथि कॉल नहीं कर सकते*। किसी सदस्य से कहें, या एडमिन से अनुमति माँगें।',
  'refuse.guest_looks':
    ':no_entry: *इस वर्कस्पेस में अतिथि कॉल और एजेंट नहीं देख सकते*। किसी सदस्य से कहें, या एडमिन से अनुमति माँगें।',
  'refuse.not_a_caller':
    ':no_entry: *आप यहाँ कॉल करने वालों में नहीं हैं।* कोई एडमिन `{umbrella} settings` में आपको जोड़ सकता है।',
  'refuse.wrong_channel': ':no_entry: *यहाँ से कॉल नहीं होती।* एडमिन के चुने चैनल काम में लें: {channels}।',
  'refuse.emergency':
    ':rotating_light: *आपातकालीन नंबर यहाँ से कभी नहीं मिलाए जाते।* कोई ख़तरे में हो तो अभी अपने फ़ोन से कॉल करें।',
  'refuse.premium':
    ':no_entry: *{number} प्रीमियम या सैटेलाइट नंबर है* और कभी नहीं मिलाया जाता। उसी व्यक्ति का सामान्य नंबर लें।',
  'refuse.do_not_call':
    ':no_entry: *{number} आपकी “कॉल न करें” सूची में है।* कोई एडमिन `{umbrella} settings` में उसे हटा सकता है।',
  'refuse.quota_person': {
    one: ':no_entry: *आपकी 24 घंटे की {count} कॉल पूरी हो गई।* बाद में कोशिश करें, या एडमिन से और माँगें।',
    other: ':no_entry: *आपकी 24 घंटे की {count} कॉल पूरी हो गईं।* बाद में कोशिश करें, या एडमिन से और माँगें।',
  },
  'refuse.quota_workspace': {
    one: ':no_entry: *इस वर्कस्पेस की 24 घंटे की {count} कॉल पूरी हो गई।* बाद में कोशिश करें, या एडमिन से और माँगें।',
    other: ':no_entry: *इस वर्कस्पेस की 24 घंटे की {count} कॉल पूरी हो गईं।* बाद में कोशिश करें, या एडमिन से और माँगें।',
  },
  'refuse.quiet_hours':
    ':zzz: *{number} जहाँ है वहाँ {time} बजे हैं।* वहाँ कॉल {from} से {until} तक की जाती है। `{call}` से उस समय के लिए तय करें।',
  'refuse.not_admin': ':no_entry: *यह केवल एडमिन कर सकते हैं।* इस वर्कस्पेस के एडमिन से कहें।',
  'refuse.not_viewer_again':
    ':lock: *दोबारा कॉल करने पर नंबर दिखता है*, जिसे केवल कॉल करने वाला, एडमिन और दर्शक देख सकते हैं। उनमें से किसी से कहें, या एडमिन से कहें कि आपको दर्शकों में जोड़ें।',
  'refuse.not_viewer':
    ':lock: *इसे केवल कॉल करने वाला, एडमिन और दर्शक देख सकते हैं।* एडमिन से कहें कि आपको दर्शकों में जोड़ें।',
}
