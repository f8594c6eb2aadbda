import type { Agent } from '@movoice-kit/core/contract'

/** The agents a fresh sandbox has. Their ids are stable: tests and examples may name them. */
export const firstAgents: readonly Agent[] = [
  {
    agent_id: 'agent_clinic',
    name: 'Clinic reception',
    status: 'active',
    prompt:
      'You are the reception of Lotus Dental Clinic. Greet {{name}}, offer the free slots of this week and book the one that suits.',
    voice_id: 'sarvam_hindi_female_01',
    language: 'en-IN',
  },
  {
    agent_id: 'agent_reminder',
    name: 'Payment reminder',
    status: 'active',
    prompt:
      'You remind {{name}} kindly that {{amount_due}} is due on {{due_date}} and find out when it can be paid.',
    voice_id: 'sarvam_english_male_02',
    language: 'en-IN',
  },
  {
    agent_id: 'agent_survey',
    name: 'Customer survey',
    status: 'active',
    prompt: 'You ask {{name}} three short questions about the last visit.',
    voice_id: 'sarvam_english_female_03',
    language: 'en-US',
  },
  {
    agent_id: 'agent_inactive',
    name: 'Summer campaign (switched off)',
    status: 'inactive',
    prompt: 'You tell {{name}} about the summer offer.',
    voice_id: 'sarvam_hindi_male_01',
    language: 'hi-IN',
  },
]
