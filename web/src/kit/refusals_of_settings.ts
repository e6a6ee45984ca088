/** Texts for problems that only pages of settings and of privacy meet; they come with those pages, apart from refusals.ts. */
import type { Said } from './refusals'

export const OF_SETTINGS: Record<string, Said> = {
  organisation_closing: ['The organisation is being closed already', 'Open the page again to see until when it can be kept.'],
  closing_begun: ['The deletion has begun', 'Nothing stops it any more.'],
  transfer_in_use: ['A setting needs this entry', 'Add another entry for it, or switch it off, then delete this one.'],
  incident_changed: ['Somebody else has changed this incident', 'Open it again to see what is new, then repeat what you did.'],
  incident_state: ['This is not possible in this state', 'Open it again: the steps that are possible are shown.'],
  incident_risk: ['The authority has to be notified', 'Only a breach that is assessed as unlikely to be a risk need not be notified.'],
  incident_undecided: ['Something is not decided yet', 'Assess the risk and decide whether the people are told, then close it.'],
  incident_searching: ['People are being looked for already', 'Wait until the search has ended.'],
  incident_history_full: ['The history is full', 'Take the steps that settle the incident: they are always noted.'],
  disclosure_changed: ['Somebody else has added to this entry', 'Open it again to see what is new.'],
  disclosure_history_full: ['This entry has too many corrections', 'Make another entry that refers to it.'],
  trunk_in_use: ['Numbers use this trunk', 'Move or delete them first. Nothing was deleted.'],
  queue_in_use: ['Something leads to this queue', ''],
  hours_in_use: ['Something uses these opening hours', ''],
  prompt_in_use: ['Something plays this prompt', ''],
  role_in_use: ['People have this role', 'Give each of them another role under People, then delete it. Nothing was deleted.'],
  prompt_name_taken: ['There is already a prompt with this name', 'Choose another name.'],
  speech_absent: ['This installation cannot read texts out', 'Upload or record the prompt, or ask the operator to install espeak-ng.'],
  number_taken: ['This number is already in use', 'Check that it is yours, and that you have not added it before.'],
  number_not_granted: ['This number is not granted to your organisation', 'Ask the operator of this installation to grant it, then add it again.'],
  network_not_granted: ['These addresses are not granted to your organisation', 'Ask the operator of this installation to grant them, then save again.'],
  recording_not_announced: ['Callers must hear that they are recorded', 'Switch the announcement on, or say why callers need not hear it.'],
  queue_name_taken: ['There is already a queue with this name', 'Choose another name.'],
}
