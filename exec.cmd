@rem The scripts of package.json say exec, so that npm waits for the program and not for a shell; cmd has no exec.
@%*
