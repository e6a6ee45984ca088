/** The names of the built-in roles in the language of the page; an organisation names its own. Pure. */

const BUILT_IN: Readonly<Record<string, string>> = {
  owner: 'Owner', administrator: 'Administrator', supervisor: 'Supervisor', agent: 'Agent', privacy_officer: 'Privacy officer', auditor: 'Auditor',
}

export const roleWord = (id: string, name: string): string => BUILT_IN[id] ?? name

export const namedRoles = <Role extends { id: string; name: string }>(roles: readonly Role[]): Role[] => roles.map((role) => ({ ...role, name: roleWord(role.id, role.name) }))
