import type { agents as english } from '../en/agents.ts'
import type { Text } from '../words.ts'

/** Agents: seen, and edited. */
export const agents: Readonly<Record<keyof typeof english, Text>> = {
  'agents.title': 'एजेंट',
  'agents.none': 'अभी कोई एजेंट नहीं है। Movoice डैशबोर्ड में बनाएँ।',
  'agents.line': '*{name}* `{id}`{status}',
  'agents.more': {
    one: '{count} और है। छाँटें: `{umbrella} agents नाम`।',
    other: '{count} और हैं। छाँटें: `{umbrella} agents नाम`।',
  },
  'agent.status.active': 'चालू',
  'agent.status.inactive': 'बंद',
  'agent.voice': '*आवाज़* {voice}',
  'agent.prompt': '*प्रॉम्प्ट*\n{prompt}',
  'agent.edit': 'बदलें',
  'agent.edit_title': 'एजेंट बदलें',
  'agent.prompt_label': 'प्रॉम्प्ट',
  'agent.prompt_part': 'प्रॉम्प्ट, भाग {part} / {parts}',
  'agent.voice_label': 'आवाज़ की आईडी',
  'agent.review': 'जाँचें',
  'agent.save': 'सहेजें',
  'agent.diff_title': 'ये बदलाव सहेजें?',
  'agent.diff_voice': 'आवाज़: ~{before}~ → *{after}*',
  'agent.no_change': 'कुछ नहीं बदला गया।',
  'agent.saved': ':white_check_mark: *{name}* बदल दिया गया।',
  'agent.conflict':
    ':warning: *आपके खोलने के बाद यह एजेंट बदल दिया गया।* सहेजने पर अब यह बदलेगा: जिन पंक्तियों के आगे − है वे हट जाएँगी, दूसरे के बदलाव की भी।',
  'agent.diff_cut': ':warning: पूरा अंतर Slack में नहीं आता। ऊपर उसकी शुरुआत है।',
  'agent.too_long': 'यह प्रॉम्प्ट Slack में बदलने के लिए बहुत लंबा है। Movoice डैशबोर्ड में बदलें।',
}
