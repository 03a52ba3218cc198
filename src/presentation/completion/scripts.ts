const BASH = `# Completion of biotope for bash: source <(biotope completion bash)
_biotope() {
  local program="\${COMP_WORDS[0]/#\\~/$HOME}" lines line
  lines=$("$program" __complete line "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null) || return
  COMPREPLY=()
  local directive="\${lines%%$'\\n'*}"
  case $directive in
    files) compopt -o default 2>/dev/null; return ;;
    folders) compopt -o dirnames 2>/dev/null; return ;;
    nospace) compopt -o nospace 2>/dev/null ;;
  esac
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("\${line%%$'\\t'*}")
  done <<<"\${lines#"$directive"}"
}
complete -F _biotope biotope
`;

const ZSH = `#compdef biotope
# Completion of biotope for zsh: source <(biotope completion zsh)
_biotope() {
  local directive line
  local -a lines values shown
  lines=("\${(@f)$(\${(Q)words[1]/#\\~/$HOME} __complete words "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive=$lines[1]
  case $directive in
    files) _files; return ;;
    folders) _files -/; return ;;
  esac
  for line in "\${(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  if [[ $directive == nospace ]]; then
    compadd -S '' -l -d shown -a values
  else
    compadd -l -d shown -a values
  fi
}
if [[ $funcstack[1] == _biotope ]]; then
  _biotope "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _biotope biotope
fi
`;

const FISH = `# Completion of biotope for fish: biotope completion fish | source
function __biotope_complete
  set -l words (commandline -opc)
  set -l program (string replace -r '^~' $HOME -- $words[1])
  set -l lines ($program __complete words $words[2..-1] (commandline -ct) 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path (commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
    case '*'
      printf '%s\\n' $lines[2..-1]
  end
end
complete -c biotope -f -k -a '(__biotope_complete)'
`;

/** What a shell runs when a word is to be completed. All knowledge is in `biotope __complete`. */
export function completionScript(shell: string): string {
  if (shell === 'zsh') return ZSH;
  return shell === 'fish' ? FISH : BASH;
}
